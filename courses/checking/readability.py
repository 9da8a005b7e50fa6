"""How many years of school an English text asks for. Knows no Django.

The automated readability index counts letters, words and sentences, and needs no list of syllables. No measure is
given for other languages: for Chinese none is agreed upon.
"""

import re
from dataclasses import dataclass

SCHOOL_YEARS = 9  # lower secondary education (WCAG 2.2, 3.1.5; UNESCO, ISCED 2011)
MOST_YEARS = 14  # where the scale of the index ends
FEWEST_WORDS = 100  # below it the figure says little; the size of the samples in Flesch, "A new readability yardstick"
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@dataclass(frozen=True)
class Reading:
    """A text as it was measured; ``longest`` is its sentence with the most words."""

    words: int
    sentences: int
    letters: int
    longest: str

    @property
    def years(self) -> float:
        """The automated readability index (Senter and Smith, AMRL-TR-66-220, 1967), 0 to ``MOST_YEARS``."""
        if not self.words:
            return 0.0
        index = 4.71 * self.letters / self.words + 0.5 * self.words / self.sentences - 21.43
        return min(MOST_YEARS, max(0.0, index))

    @property
    def is_hard(self) -> bool:
        """Whether a long enough text asks for more school than most have had."""
        return self.words >= FEWEST_WORDS and self.years > SCHOOL_YEARS


def measure(paragraphs: list[str]) -> Reading:
    """Count ``paragraphs``; each ends a sentence, with a full stop or without."""
    sentences = [found for text in paragraphs for found in _BETWEEN_SENTENCES.split(" ".join(text.split()))]
    words = [_WORD.findall(sentence) for sentence in sentences]
    counted = [(len(some), sentence) for some, sentence in zip(words, sentences, strict=True) if some]
    return Reading(
        words=sum(number for number, _sentence in counted),
        sentences=len(counted),
        letters=sum(letter.isalnum() for some in words for word in some for letter in word),
        longest=max(counted, key=lambda entry: entry[0])[1] if counted else "",
    )
