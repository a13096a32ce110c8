"""Translation catalogues without gettext.

`python -m scripts.messages` brings every catalogue up to date with the texts in the code: new texts come
in empty, texts that are gone go. With `--check` it changes nothing and fails, saying why, when a text is
missing, fuzzy or gone, when a placeholder got lost, or when a word is not the language's own.
`--missing LANGUAGE` prints what is not translated yet.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from scripts import catalogues, template_messages, wording

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src/kehu"
LANGUAGES = ("zh_Hans", "zh_Hant")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Fixed, so that the file changes only when a text does.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def sources(folder: Path) -> Iterator[Path]:
    """Python files and templates that users can meet: no tests, no migrations, nothing built."""
    left_out = {"tests", "migrations", "static", "testing", "locale", "__pycache__"}
    for path in sorted(folder.rglob("*")):
        if left_out.isdisjoint(path.relative_to(folder).parts) and path.suffix in {
            ".py",
            ".html",
            ".txt",
            ".typ",
        }:
            yield path


def extract(folder: Path = SOURCES) -> Catalog:
    """A catalogue of all texts in the code, without translations."""
    catalog = Catalog(fuzzy=False)
    for path in sources(folder):
        if path.suffix == ".py":
            for _line, found, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
                catalog.add(found, context=context)
        elif "templates" in path.parts:
            try:
                for text in template_messages.extract(path.read_text("utf-8")):
                    found = (text.singular, text.plural) if text.plural else text.singular
                    catalog.add(found, context=text.context)
            except template_messages.TemplateError as error:
                sys.exit(f"{path.relative_to(ROOT)}: {error}")
    return catalog


def path_of(language: str) -> Path:
    return SOURCES / "locale" / language / "LC_MESSAGES/django.po"


def load(language: str) -> Catalog:
    path = path_of(language)
    return catalogues.read(path) if path.exists() else Catalog(locale=language, fuzzy=False)


def merge(known: Catalog, found: Catalog, language: str) -> Catalog:
    """The texts of `found` with the translations of `known`."""
    merged = Catalog(locale=language, fuzzy=False)
    for message in texts(found):
        before = known.get(message.id, context=message.context) or _same_singular(known, message)
        string = _shaped(before.string if before else "", plural=message.pluralizable)
        flags = {flag for flag in (before.flags if before else ()) if flag == "fuzzy"}
        comments = before.user_comments if before else ()
        merged.add(message.id, string, context=message.context, flags=flags, user_comments=comments)
    return merged


def _same_singular(known: Catalog, message: Message) -> Message | None:
    singular = message.id[0] if message.pluralizable else message.id
    return known.get(singular, context=message.context)


def _shaped(string: str | tuple[str, ...], *, plural: bool) -> str | tuple[str, ...]:
    first = string if isinstance(string, str) else (string[0] if string else "")
    return (first,) if plural else first


def texts(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def write(catalog: Catalog, language: str) -> None:
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(language=language).encode())
        write_po(
            file,
            catalog,
            width=110,
            no_location=True,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
        )


def problems(known: Catalog, found: Catalog, language: str) -> Iterator[str]:
    """Sentences about everything that is wrong with a catalogue."""
    wanted = {(message.id, message.context) for message in texts(found)}
    present = {(message.id, message.context) for message in texts(known)}
    for id_, _context in sorted(wanted - present, key=str):
        yield f"{language}: {id_!r} is not in the catalogue; run `make messages` and translate it"
    for id_, _context in sorted(present - wanted, key=str):
        yield f"{language}: {id_!r} is no longer in the code; run `make messages`"
    for message in texts(known):
        if (message.id, message.context) in wanted:
            yield from (f"{language}: {message.id!r} {what}" for what in wording.problems(message, language))


def untranslated(catalog: Catalog) -> list[Message]:
    return [message for message in texts(catalog) if message.fuzzy or not wording.strings(message)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail on what is wrong")
    parser.add_argument(
        "--missing", metavar="LANGUAGE", choices=LANGUAGES, help="print what is not translated"
    )
    options = parser.parse_args(arguments)
    found = extract()
    if options.missing:
        for message in untranslated(merge(load(options.missing), found, options.missing)):
            print(message.id if message.context is None else f"{message.context} | {message.id}")
        return 0
    if options.check:
        wrong = [problem for language in LANGUAGES for problem in problems(load(language), found, language)]
        print("\n".join(wrong) or f"{len(texts(found))} texts, translated into {' and '.join(LANGUAGES)}")
        return 1 if wrong else 0
    for language in LANGUAGES:
        merged = merge(load(language), found, language)
        write(merged, language)
        print(f"{language}: {len(texts(merged))} texts, {len(untranslated(merged))} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
