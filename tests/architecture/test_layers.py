"""What import-linter does not see: references by name, and the doors through which a module is entered."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import (
    CRM,
    PACKAGE,
    files,
    imports,
    is_test,
    layers,
    package_of,
    parsed,
    python_files,
    report,
    shown,
)  # fmt: skip

DOORS = {"actions", "queries", "events", "models", "metrics"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
REFERENCE = re.compile(r"""{%\s*(?:extends|include)\s+["']([\w-]+)/""")
LOAD = re.compile(r"{%\s*load\s+([^%]+?)\s*%}")

Reference = tuple[Path, int, str]


def higher(references: Iterator[Reference]) -> list[str]:
    """Those references that point from a lower package to a higher one."""
    heights = layers()
    return sorted(
        {
            f"{shown(path)}:{line}: {own} refers to {target}"
            for path, line, target in references
            if (own := package_of(path)) in heights and target in heights and heights[own] < heights[target]
        }
    )


def strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def named_models(path: Path) -> Iterator[Reference]:
    """Packages named by string relations (models and migrations) and by get_model."""
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in RELATIONS:
            targets = [
                *node.args[:1],
                *(word.value for word in node.keywords if word.arg in {"to", "through"}),
            ]
        elif name == "get_model":
            targets = node.args[:1]
        else:
            continue
        for target in targets:
            yield from ((path, node.lineno, text.split(".")[0]) for text in strings(target))


def migration_dependencies(path: Path) -> Iterator[Reference]:
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.List):
            continue
        if {"dependencies", "run_before"} & {getattr(target, "id", "") for target in node.targets}:
            for entry in node.value.elts:
                if isinstance(entry, ast.Tuple):
                    yield from ((path, entry.lineno, text) for text in strings(entry.elts[0]))


def template_references(path: Path) -> Iterator[Reference]:
    libraries = {
        library.stem: package_of(library) or ""
        for library in files(".py")
        if library.parent.name == "templatetags"
    }
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield from ((path, number, name) for name in REFERENCE.findall(line))
        for names in LOAD.findall(line):
            yield from ((path, number, libraries[name]) for name in names.split() if name in libraries)


def test_models_refer_to_lower_packages_only() -> None:
    found = higher(reference for path in python_files(PACKAGE) for reference in named_models(path))
    assert not found, report(found, "The higher module holds the relation; the lower one announces an event.")


def test_migrations_depend_on_lower_packages_only() -> None:
    found = higher(
        reference
        for path in python_files(PACKAGE)
        if path.parent.name == "migrations"
        for reference in migration_dependencies(path)
    )
    assert not found, report(found, "Move the migration into the higher module.")


def test_templates_use_those_of_lower_packages_only() -> None:
    templates = (path for path in files(".html") if "templates" in path.parts)
    found = higher(reference for path in templates for reference in template_references(path))
    assert not found, report(found, "Let the higher module contribute a panel through the registry.")


def test_templates_lie_in_a_folder_named_after_their_package() -> None:
    packages = set(layers())
    found = [
        shown(path)
        for path in files(".html")
        if "templates" in path.parts
        and (folder := path.parts[path.parts.index("templates") + 1]) in packages
        and folder != package_of(path)
    ]
    assert not found, report(found, "templates/NAME/ belongs to the package NAME: rename the folder.")


def test_a_module_is_entered_only_through_its_doors() -> None:
    found = []
    for path in python_files(PACKAGE):
        own = package_of(path)
        if own in {"config", None} or is_test(path):
            continue
        # The demo asks every module for its seed; Today shows the campaign's state as planning draws it.
        allowed = DOORS | ({"seed", "dashboard"} if own == "shell" else set())
        for line, name in imports(path):
            _, target, *rest = name.split(".")
            if target in CRM and target != own and (not rest or rest[0] not in allowed):
                found.append(f"{shown(path)}:{line}: imports {name}")
    assert not found, report(
        found, f"Another module is reached through its {', '.join(sorted(DOORS))}: put what you need there."
    )


@pytest.mark.parametrize("source", ["{% include 'leads/row.html' %}", '{% extends "leads/base.html" %}'])
def test_a_template_of_core_that_uses_one_of_leads_would_be_found(source: str, tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(source)
    assert [name for _, _, name in template_references(template)] == ["leads"]
