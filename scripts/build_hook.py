"""Run by hatch while a wheel is built: compiles the catalogues, insists on the built front end."""

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or self.target_name != "wheel":
            return
        root = Path(self.root)
        if not any((root / "src/kehu/shell/static/kehu").glob("*.js")):
            raise RuntimeError("The front end is not built: run `make setup` first.")
        compiler = _load(root / "scripts/catalogues.py")
        compiler.compile_all(root / "src/kehu/locale")


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
