"""TypeScript holds no text that a user reads: texts come from the server, translated."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT, files, report, shown

LITERAL = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
COMMENT = re.compile(r"/\*[\s\S]*?\*/|(?<![:\\])//[^\n]*")
# Words with spaces between them that begin like a sentence, or any Chinese; selectors and class lists do not.
SENTENCE = re.compile(r"(?:^|[>\s])[A-Z][a-z]+(?: [a-z]+)+|[\u4e00-\u9fff]")
# `throw new Error("…")` and `console.…("…")` speak to developers.
FOR_DEVELOPERS = re.compile(r"(?:new \w*Error|console\.\w+)\(\s*$")


def sentences(source: str) -> list[str]:
    code = COMMENT.sub("", source)
    return [
        found.group()
        for found in LITERAL.finditer(code)
        if SENTENCE.search(found.group()[1:-1]) and not FOR_DEVELOPERS.search(code[: found.start()])
    ]


def test_typescript_holds_no_text_for_users() -> None:
    found = [
        f"{shown(path)}: {text}"
        for path in files(".ts")
        if path.is_relative_to(ROOT / "frontend")
        for text in sentences(Path(path).read_text("utf-8"))
    ]
    assert not found, report(found, "Render the text in the template, as an attribute or in a <template>.")


def test_a_sentence_in_typescript_is_found() -> None:
    assert sentences('// A comment\nshow("Nothing was found");') == ['"Nothing was found"']


def test_class_lists_selectors_and_errors_for_developers_are_let_through() -> None:
    assert (
        sentences(
            """el.className = "card card-sm"; find('[data-x="a b"]'); throw new Error("No such element");"""
        )
        == []
    )
