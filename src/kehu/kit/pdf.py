"""Documents as PDF, with Chinese on any machine: typst sets them in the Noto Sans CJK that comes as a package."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FONTS = "manimgx_fonts_cjk"
# Of the font's four cuts the one that draws the characters as the reader's schools teach them.
CUTS = {"zh-hans": "Noto Sans CJK SC", "zh-hant": "Noto Sans CJK TC", "en": "Noto Sans CJK TC"}


def document(template: Path, data: dict[str, Any], *, language: str) -> bytes:
    """The PDF of a typst template. The template reads `data` as JSON: texts in it are set as they are, never run."""
    import typst

    spec = find_spec(FONTS)
    fonts = list(spec.submodule_search_locations or []) if spec else []
    inputs = {"data": json.dumps(data, ensure_ascii=False), "font": CUTS.get(language, CUTS["en"])}
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=fonts,
        ignore_system_fonts=bool(fonts),
        sys_inputs=inputs,
    )
