"""The repository as the checks see it: its own files, parsed once."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/kehu"
# The modules of the product; the other packages are the platform under and over them.
CRM = (
    "customers",
    "activities",
    "catalog",
    "behaviour",
    "campaigns",
    "sales",
    "leads",
    "capture",
    "planning",
)


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """The repository's files, committed or about to be, with one of the suffixes (all without any)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    paths = (ROOT / name for name in sorted(set(listed)) if name)
    return tuple(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def python_files(below: Path = ROOT) -> Iterator[Path]:
    return (path for path in files(".py") if path.is_relative_to(below))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def shown(path: Path) -> str:
    """A path as a person types it."""
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


def package_of(path: Path) -> str | None:
    """The package under src/kehu that holds a file; None outside, and for files beside the packages."""
    if not path.is_relative_to(PACKAGE):
        return None
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else None


@cache
def layers() -> dict[str, int]:
    """Package → height, read from the import-linter contract so that there is one list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each.get("exhaustive"))
    heights = {}
    for height, row in enumerate(reversed(contract["layers"])):
        for name in row.split("|"):
            heights[name.strip(" ()")] = height
    return heights


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a file imports from Kehu; `from a import b` gives `a.b`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.startswith("kehu."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kehu":
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def report(found: list[str], advice: str) -> str:
    """The text of a failed check: what is wrong where, then what to do."""
    return "\n".join(["", *found, "", advice])
