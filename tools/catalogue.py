"""Keep the message catalogues: ``update`` them from the code, ``compile`` them, ``check`` them.

Babel reads Python and Django's own ``templatize`` reads templates, so that no gettext is needed and every machine
writes the same file: no dates, no line numbers, no paths from outside the repository.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "site" / "locale"
LANGUAGES = ["zh_Hans"]
SOURCES = ["media_pipeline", "courses", "creators", "revenue", "site"]
SKIPPED = {"migrations", "static", "locale", "node_modules"}
TEMPLATES = {".html", ".txt"}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b(np|p|n)?(?:gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[sdif]|(?<!%)%[sd]|\{\w*\}|</?\w[^>]*>")

Found = tuple[str | None, str | tuple[str, str]]


def main(command: str) -> int:
    commands = {"update": update, "compile": compile_all, "check": check}
    if command not in commands:
        print(f"Say one of: {', '.join(commands)}.", file=sys.stderr)
        return 2
    return commands[command]()


def update() -> int:
    """Write every catalogue anew: new strings are empty, strings that are gone leave, translations stay."""
    for language in LANGUAGES:
        catalogue = _read(language)
        catalogue.update(_extract(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(catalogue, language)
        print(f"{language}: {len(catalogue)} strings, {sum(not _text(m) for m in catalogue if m.id)} to translate.")
    return 0


def compile_all() -> int:
    """Compile each catalogue that changed since the last time."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name)
        unfinished = target.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(target)
    return 0


def check() -> int:
    """List strings that are missing, not translated, marked fuzzy, or whose placeholders differ."""
    complaints = []
    wanted = _extract()
    for language in LANGUAGES:
        there = _read(language)
        for message in wanted:
            if message.id and (problem := _problem(message, there.get(message.id, message.context))):
                complaints.append(f"{language}: {problem}: {message.id!r}")
    for complaint in complaints:
        print(complaint)
    if complaints:
        print(f"{len(complaints)} strings need work. Run `make messages`, then translate what is empty.")
    return 1 if complaints else 0


def _problem(wanted: Message, found: Message | None) -> str:
    if found is None:
        return "not in the catalogue"
    if found.fuzzy:
        return "fuzzy"
    if not _text(found):
        return "not translated"
    sources = wanted.id if isinstance(wanted.id, tuple) else (wanted.id,)
    texts = found.string if isinstance(found.string, tuple) else (found.string,)
    # A plural may name its number in one form and spell it out in the other.
    allowed = [sorted(PLACEHOLDER.findall(source)) for source in sources]
    if any(sorted(PLACEHOLDER.findall(text)) not in allowed for text in texts):
        return "other placeholders or tags"
    return ""


def _text(message: Message) -> str:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return "" if not all(strings) else "".join(strings)


def _extract() -> Catalog:
    """Collect every string of the code, in the order of files and lines."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        for context, message in _template_strings(path) if path.suffix in TEMPLATES else _python_strings(path):
            catalogue.add(message, locations=[(name, 1)], context=context)
    return catalogue


def _sources() -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT).parts
            if path.suffix in {".py", *TEMPLATES} and path.is_file() and not SKIPPED & set(inside):
                yield path


def _python_strings(path: Path) -> Iterator[Found]:
    for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
        yield context, message[:2] if isinstance(message, tuple) else message


def _template_strings(path: Path) -> Iterator[Found]:
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for kind, arguments in CALL.findall(code):
        literals = [ast.literal_eval(literal) for literal in re.findall(LITERAL, arguments)]
        context = literals.pop(0) if "p" in kind else None
        if literals[0]:
            yield context, (literals[0], literals[1]) if "n" in kind else literals[0]


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _read(language: str) -> Catalog:
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, project="Hearthlight", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(catalogue: Catalog, language: str) -> None:
    path = _path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
    body = path.read_text(encoding="utf-8")
    header = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {catalogue.plural_forms}\\n"',
        "",
        "",
    ]
    path.write_text("\n".join(header) + body, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
