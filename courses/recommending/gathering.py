"""What people took, and what courses say of themselves: everything that recommending rests on."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.languages import in_language
from courses.models import CoursePage, Enrolment, RecommendationChoice

FEW = 20  # learners: a course that fewer have joined is new to most, and some slots are kept for such


@dataclass(frozen=True)
class Gathered:
    """``taken``: for each learner (id), the courses she joined. ``words``: for each live course, what it says.

    ``counts``: how many have joined each live course. ``languages``: in which languages each can be read.
    """

    taken: dict[int, list[uuid.UUID]]
    words: dict[uuid.UUID, str]
    counts: dict[uuid.UUID, int]
    languages: dict[uuid.UUID, frozenset[str]]

    @property
    def new(self) -> list[uuid.UUID]:
        """Return the live courses that few have joined."""
        return [key for key in self.words if self.counts[key] < FEW]

    @property
    def popular(self) -> list[uuid.UUID]:
        """Return the live courses that many have joined, the most joined first."""
        many = [key for key in self.words if self.counts[key] >= FEW]
        return sorted(many, key=lambda key: (-self.counts[key], key))


def gather() -> Gathered:
    """Return what is known now: three queries, however much there is."""
    pages = list(CoursePage.objects.live().public().select_related("locale").order_by("path"))
    languages: dict[uuid.UUID, set[str]] = defaultdict(set)
    for page in pages:
        languages[page.course_key].add(page.locale.language_code)
    versions = in_language(pages, settings.LANGUAGE_CODE)
    taken: dict[int, list[uuid.UUID]] = defaultdict(list)
    counts: dict[uuid.UUID, int] = dict.fromkeys(versions, 0)
    # Whoever has switched it off is counted among those who joined, but nothing is learnt from what she took.
    for learner, course_key, counts_for_her in _joined().values_list("learner_id", "course_key", "counts_for_her"):
        if course_key in counts:
            counts[course_key] += 1
        if counts_for_her:
            taken[learner].append(course_key)
    return Gathered(
        taken=dict(taken),
        words={key: words_of(page) for key, page in versions.items()},
        counts=counts,
        languages={key: frozenset(found) for key, found in languages.items()},
    )


def words_of(page: CoursePage) -> str:
    """Return what a course says of itself, for comparing it with others."""
    return "\n".join(filter(None, (page.title, page.summary, page.will_make, page.for_whom)))


def _joined() -> QuerySet[Enrolment]:
    people = Enrolment.objects.filter(learner__is_active=True).order_by("enrolled_at", "pk")
    return people.annotate(counts_for_her=counts_for_her())


def counts_for_her() -> Exists:
    """Return the condition that recommending may rest on an enrolment: it is on, and she has not begun over since."""
    choices = RecommendationChoice.objects.filter(learner=OuterRef("learner"))
    return ~Exists(choices.filter(Q(is_off=True) | Q(begun_over_at__gte=OuterRef("enrolled_at"))))
