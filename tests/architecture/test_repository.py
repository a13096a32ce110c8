"""What must not be in any committed file."""

import ast
import re
import tomllib

from tests.architecture.tree import PACKAGE, ROOT, files, parsed, python_files, report, shown

HOSTS = re.compile(
    r"(?:registry\.npmjs|npmmirror|yarnpkg|pypi\.org|pythonhosted|pypi\.tuna|mirrors?\.[a-z]+\.[a-z]+|deb\.debian)",
    re.I,
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]|Users/[A-Za-z])[/\w]*/")
UNFINISHED = re.compile(r"(?:#|//|/\*|<!--|{#).*\b(?:TO" + r"DO|FIX" + r"ME)\b|NotImplemented" + r"Error")
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=["']|\son[a-z]+=["']|javascript:|\shx-on[:-]|\shx-vals=["']js:""",
    re.I,
)
TEXT = (
    ".py",
    ".ts",
    ".mjs",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".json",
    ".txt",
    ".sh",
    ".po",
    ".in",
    ".yml",
    ".typ",
    "",
)


def matches(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    found = []
    for path in files(*(suffixes or TEXT)):
        if path.name == "test_repository.py":
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if hit := pattern.search(line):
                found.append(f"{shown(path)}:{number}: {hit.group().strip()}")
    return found


def test_no_file_names_the_host_of_a_registry() -> None:
    found = matches(HOSTS)
    assert not found, report(found, "Lock files are written by `make lock`, which leaves hosts out.")


def test_no_file_names_a_path_of_one_machine() -> None:
    found = matches(MACHINE)
    assert not found, report(found, "Use a path relative to the repository, or KEHU_DATA.")


def test_nothing_is_left_unfinished() -> None:
    found = matches(UNFINISHED, ".py", ".ts", ".mjs", ".html", ".css", ".sh")
    assert not found, report(found, "Finish it, or take it out and file an issue.")


def test_no_test_is_skipped() -> None:
    found = [
        f"{shown(path)}:{node.lineno}: {node.attr}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipIf"}
    ]
    assert not found, report(found, "A test runs everywhere: make its condition true, or delete it.")


def test_templates_have_no_inline_code_or_style() -> None:
    found = [line for line in matches(INLINE, ".html") if "/templates/" in line]
    assert not found, report(
        found,
        "The content security policy forbids it: use a class, a <meter>, or an element in frontend/src.",
    )


def test_every_requirement_is_pinned_with_a_hash() -> None:
    found = []
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for block in re.split(r"\n(?=\S)", path.read_text("utf-8")):
            if block.strip() and not re.match(r"[\w.-]+(\[[\w,]+\])?==\S+[^\n]*\\\n\s+--hash=sha256:", block):
                found.append(f"{shown(path)}: {block.splitlines()[0]}")
    assert not found, report(found, "Run `make lock`.")


def test_the_build_backend_is_pinned_to_what_the_lock_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements/dev.txt").read_text("utf-8")
    found = [pin for pin in project["build-system"]["requires"] if f"\n{pin} " not in f"\n{lock}"]
    assert not found, report(found, "build-system.requires and requirements/dev.txt name the same versions.")


def test_every_setting_is_documented() -> None:
    names = set(re.findall(r"""(?:text|flag|words|number)\(["']([A-Z_]+)["']""", environment()))
    document = ROOT / "docs/settings.md"
    known = document.read_text("utf-8") if document.exists() else ""
    found = sorted(name for name in names if f"`{name}`" not in known)
    assert not found, report(found, "Say in docs/settings.md what it does and what it is without being set.")


def environment() -> str:
    return (PACKAGE / "config/environment.py").read_text("utf-8")
