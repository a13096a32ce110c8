"""A mypy plugin: `request.user` is Kehu's User.

Django's types say that it may be anonymous. In Kehu the middleware lets nobody without a session past the
sign-in pages, so every view of ours has a user; without this each of them would need a cast.
"""

from collections.abc import Callable

from mypy.nodes import MypyFile, TypeInfo
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type

USER = "kehu.core.models.people"


class SignedIn(Plugin):
    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        return [(10, USER, -1)] if file.fullname == "django.http.request" else []

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _user if fullname == "django.http.request.HttpRequest.user" else None


def _user(context: AttributeContext) -> Type:
    modules: dict[str, MypyFile] = context.api.modules  # type: ignore[attr-defined]
    symbol = modules[USER].names.get("User") if USER in modules else None
    if symbol and isinstance(symbol.node, TypeInfo):
        return Instance(symbol.node, [])
    return context.default_attr_type


def plugin(version: str) -> type[Plugin]:
    return SignedIn
