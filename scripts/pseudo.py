"""A pseudo-language: every text that is marked for translation comes out as ⟦text⟧.

A page shown in it gives away what is not marked. Texts that a real catalogue lacks or has as fuzzy stay as
they are, so they are given away too.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from scripts import messages

OPEN, CLOSE = "⟦", "⟧"


def disguise(text: str) -> str:
    """The text between marks; placeholders stay, so that formatting works."""
    return f"{OPEN}{text}{CLOSE}"


def pseudo(language: str) -> Catalog:
    """The catalogue of `language` with each translation replaced by the marked original."""
    known = messages.load(language)
    lacking = {(message.id, message.context) for message in messages.untranslated(known)}
    made = Catalog(locale=language, fuzzy=False)
    for message in messages.texts(messages.extract()):
        if known.get(message.id, context=message.context) and (message.id, message.context) not in lacking:
            plural = isinstance(message.id, list | tuple)
            string = (disguise(message.id[1]),) if plural else disguise(message.id)
            made.add(message.id, string, context=message.context)
    return made


def write(folder: Path, language: str = "zh_Hant") -> Path:
    """Compile the pseudo-language under `folder`, in the place of `language`; for settings.LOCALE_PATHS."""
    target = folder / language / "LC_MESSAGES/django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, pseudo(language))
    return folder
