"""A mapping as the text of a TOML file, as `--map` reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def mapping_text(mapping: Mapping[str, Any], reading: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    """The file; `notes` says what stands as a comment above `file.…`, `key` and the fields."""
    lines: list[str] = []
    if mapping.get("key"):
        lines += [*_comment(notes.get("key", "")), f"key = {_value(mapping['key'])}", ""]
    if told := {name: value for name, value in reading.items() if value}:
        lines.append("[file]")
        for name, value in told.items():
            lines += [*_comment(notes.get(f"file.{name}", "")), f"{name} = {_value(value)}"]
        lines.append("")
    for name, source in mapping["fields"].items():
        lines += [*_comment(notes.get(name, "")), f"[fields.{_name(name)}]"]
        lines += [f"{_name(option)} = {_value(value)}" for option, value in source.items()]
        lines.append("")
    return "\n".join(lines)


def _comment(text: str) -> list[str]:
    return [f"# {' '.join(text.split())}"] if text else []


def _name(text: str) -> str:
    return text if text and set(text) <= _BARE else _value(text)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_name(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return str(value)
