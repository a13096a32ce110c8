"""The same file names in every module, so that whoever knows one knows all."""

from pathlib import Path

import pytest

from tests.architecture.tree import CRM, PACKAGE, ROOT, files, lines, report, shown

WORDS = {
    "module", "models", "events", "metrics", "queries", "actions", "forms", "tables", "filters", "views",
    "urls", "api", "jobs", "cli", "seed", "apps", "templates", "migrations", "tests", "templatetags",
    "__init__",
}  # fmt: skip
# Subjects that are neither reading nor writing nor showing: mathematics and rules that touch no database.
SUBJECTS = {
    "planning": {"backward", "dashboard"},
    "leads": {"scoring", "predictive"},
    "capture": {"experiments"},
}
BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "manager",
    "managers",
    "misc",
}
README_LINES = 25


@pytest.mark.parametrize("name", CRM)
def test_a_module_has_only_the_files_of_the_vocabulary(name: str) -> None:
    allowed = WORDS | SUBJECTS.get(name, set())
    found = sorted(
        {
            shown(PACKAGE / name / first)
            for path in files()
            if path.is_relative_to(PACKAGE / name)
            and (first := path.relative_to(PACKAGE / name).parts[0]) != "README.md"
            and Path(first).stem not in allowed
        }
    )
    assert not found, report(
        found,
        f"A module has {', '.join(sorted(allowed - {'__init__'}))}: put it where its work belongs. "
        "Mathematics without a database may have a package of its own: name it in SUBJECTS of this test.",
    )


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    found = [
        shown(path)
        for path in files(".py", ".ts")
        if BANNED & {part.removesuffix(path.suffix) for part in path.relative_to(ROOT).parts}
    ]
    assert not found, report(found, f"Name it after its subject; {', '.join(sorted(BANNED))} say nothing.")


def test_every_package_has_a_short_readme() -> None:
    found = []
    for package in sorted(path.parent for path in PACKAGE.glob("*/__init__.py")):
        readme = package / "README.md"
        if not readme.exists():
            found.append(f"{shown(readme)} is missing")
        elif lines(readme) > README_LINES:
            found.append(f"{shown(readme)} has {lines(readme)} lines, at most {README_LINES}")
    assert not found, report(found, "Say what the package owns, its words and its states.")
