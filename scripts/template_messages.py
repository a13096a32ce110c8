"""Find the texts of a Django template, as Django looks them up at run time.

Reads `{% translate %}`, `{% blocktranslate %}` (context, plural, trimmed, count, asvar) and `_("…")` anywhere
in a tag or variable, with Django's own lexer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

_CALL = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
_SINGLE = {"translate", "trans"}
_BLOCK = {"blocktranslate", "blocktrans"}


@dataclass(frozen=True)
class Text:
    """One text to translate: context, singular and plural as the catalogue holds them."""

    singular: str
    plural: str | None = None
    context: str | None = None


class TemplateError(ValueError):
    """A template whose texts cannot be read; says where."""


def extract(source: str) -> Iterator[Text]:
    """All texts of a template, in order of appearance."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        words = token.split_contents() if token.token_type is TokenType.BLOCK else []
        name = words[0] if words else ""
        if name in _BLOCK:
            yield from _of_calls(token.contents)
            yield _of_block(words, token, tokens)
        elif name in _SINGLE:
            yield from _of_tag(words)
        else:
            yield from _of_calls(token.contents)


def _of_tag(words: list[str]) -> Iterator[Text]:
    literal = _literal(words[1]) if len(words) > 1 else None
    if literal is not None:
        yield Text(literal, context=_context(words))
    for word in words[1:]:
        yield from _of_calls(word)


def _of_calls(contents: str) -> Iterator[Text]:
    for found in _CALL.finditer(contents):
        literal = _literal(found.group(1))
        if literal is not None:
            yield Text(literal)


def _literal(word: str) -> str | None:
    """The text of a quoted word (filters after it left out), with per cent signs doubled as Django does."""
    found = re.match(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:\||$)""", word)
    if not found:
        return None
    quoted = found.group(1)
    quote = quoted[0]
    return quoted[1:-1].replace("\\" + quote, quote).replace("\\\\", "\\").replace("%", "%%")


def _context(words: list[str]) -> str | None:
    if "context" not in words:
        return None
    literal = _literal(words[words.index("context") + 1])
    return None if literal is None else literal.replace("%%", "%")


def _of_block(words: list[str], opening: Token, tokens: Iterator[Token]) -> Text:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type is TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            if name == "plural":
                parts.append([])
            elif name == "end" + words[0]:
                break
            else:
                raise TemplateError(
                    f"line {token.lineno}: {{% {name} %}} stands inside {{% {words[0]} %}}; move it outside."
                )
    else:
        raise TemplateError(f"line {opening.lineno}: {{% {words[0]} %}} is never closed.")
    texts = ["".join(part) for part in parts]
    if "trimmed" in words:
        texts = [trim_whitespace(text) for text in texts]
    return Text(texts[0], texts[1] if len(texts) > 1 else None, _context(words))
