"""The addresses of the API as the objects are now: an administrator's field is in the schema with the next request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.urls import ResolverMatch, URLResolver
from django.urls.resolvers import RoutePattern
from ninja import NinjaAPI, Router

from kehu.core import registry
from kehu.core.custom import definitions
from kehu.core.registry import ObjectType


class Current(list[Any]):
    """URL patterns that follow the definitions; Django walks them for every request.

    `router_of(kind)` makes the endpoints of one object type.
    """

    def __init__(self, api: NinjaAPI, router_of: Callable[[ObjectType], Router]) -> None:
        self.api, self.router_of = api, router_of
        self.own = list(api._router_registrations)
        self.token = definitions.Definitions().token
        self.lock = threading.Lock()
        self.routers: dict[str, tuple[ObjectType, Router]] = {}
        self.found: dict[str, ResolverMatch] = {}
        self.made = self._make(registry.declared())
        super().__init__(self.made)  # names lead back to addresses by these: they are the same ones always

    def __iter__(self) -> Iterator[Any]:
        self.renew()
        return iter(self.made)

    def renew(self) -> dict[str, ResolverMatch]:
        """Follow the definitions; answers with what was found of them since."""
        now = definitions.current()
        if now.token != self.token:
            with self.lock:
                if now.token != self.token:
                    self.made, self.token = self._make(now.by_key.values()), now.token
                    self.found = {}
        return self.found

    def _make(self, kinds: Iterable[ObjectType]) -> Sequence[Any]:
        """The routers of declarations that are as they were stay; ninja takes no router after its first addresses."""
        routers = {kind.key: (kind, self._router(kind)) for kind in kinds}
        self.routers = routers
        self.api._router_registrations[:] = self.own
        self.api._bound_routers_cache = None
        for key, (_kind, router) in routers.items():
            self.api.add_router(f"/{key}", router, tags=[key])
        return self.api._get_urls()

    def _router(self, kind: ObjectType) -> Router:
        was, router = self.routers.get(kind.key, (None, None))
        return router if router is not None and was is kind else self.router_of(kind)


class Addresses(URLResolver):
    """Finds an address without numbers in it, such as that of a new record, at once where it was found before.

    Django tries all of some three hundred patterns in turn, which was a quarter of what a created lead cost.
    """

    def __init__(self, route: str, given: tuple[Current, str, str]) -> None:
        self.current, app, namespace = given
        super().__init__(
            RoutePattern(route, is_endpoint=False), self.current, app_name=app, namespace=namespace
        )

    def resolve(self, path: str) -> ResolverMatch:
        known = self.current.renew()
        found = known.get(path)
        if found is None:
            found = super().resolve(path)
            if not found.args and not found.kwargs:  # as many as there are patterns, whatever is asked for
                found.tried = []  # those above it would copy the list in each request
                known[path] = found
        return found
