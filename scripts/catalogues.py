"""Compile the translation catalogues with Babel, so that no gettext is needed.

Run as `python scripts/catalogues.py`; the build hook calls `compile_all` for the wheel.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "src/kehu/locale"


def read(path: Path) -> Catalog:
    """The catalogue in a .po file, with the language taken from its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def compile_all(folder: Path) -> list[Path]:
    """Write a .mo beside every .po under `folder`; fuzzy texts are left out."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, read(source))
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all(LOCALE):
        print(f"compiled {path.relative_to(LOCALE)}")
