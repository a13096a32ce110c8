"""Nothing grows beyond what a person reads in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import files, is_test, lines, parsed, python_files, report, shown

FILE, FUNCTION, TEMPLATE, TEST_FILE = 400, 60, 150, 300
SOURCES = (".py", ".ts", ".mjs", ".css")


def too_long(paths: Iterator[Path], ceiling: int) -> list[str]:
    return [
        f"{shown(path)}: {lines(path)} lines (at most {ceiling})" for path in paths if lines(path) > ceiling
    ]


def test_no_source_file_is_longer_than_400_lines() -> None:
    # Migrations are written by Django and read by nobody.
    sources = (path for path in files(*SOURCES) if not is_test(path) and "migrations" not in path.parts)
    found = too_long(sources, FILE)
    assert not found, report(found, "Make it a package split by subject (actions/convert.py), never by size.")


def test_no_test_file_is_longer_than_300_lines() -> None:
    found = too_long((path for path in files(".py") if is_test(path)), TEST_FILE)
    assert not found, report(found, "One test file per behaviour: split it along what it proves.")


def test_no_template_is_longer_than_150_lines() -> None:
    found = too_long((path for path in files(".html") if "templates" in path.parts), TEMPLATE)
    assert not found, report(found, "Move a part of the page into a partial and include it.")


def test_no_function_is_longer_than_60_lines() -> None:
    found = [
        f"{shown(path)}:{node.lineno}: {node.name} has {length} lines (at most {FUNCTION})"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION
    ]
    assert not found, report(found, "Give its steps names: one function for each.")


def test_nothing_is_imported_by_star() -> None:
    found = [
        f"{shown(path)}:{node.lineno}: from {node.module} import *"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not found, report(found, "Name what you import.")
