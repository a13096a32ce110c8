"""Records that somebody has selected on a list: some by their ids, or all that the list's address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kehu.core.asked import Asked
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.core.registry import ObjectType
from kehu.kit.text import clean_text, whole_number

# Ids travel in an address; who wants more selects all that fit.
MOST = 1000


@dataclass(frozen=True)
class Selection:
    """`query` are the parameters of the list whose records are all meant; without it `ids` are."""

    ids: tuple[int, ...] = ()
    query: str | None = None

    @classmethod
    def read(cls, given: Any) -> Selection:
        """From `ids` (numbers with commas between) or `all` with the list's parameters in `list`.

        Refuses a choice of nothing, and of too many.
        """
        if given.get("all"):
            query = str(given.get("list", ""))
            try:
                clean_text(query)
            except ValueError as broken:
                # It is kept with the work, and PostgreSQL keeps no NUL.
                raise Refused(str(broken)) from None
            return cls(query=query)
        ids = [whole_number(part) for part in str(given.get("ids", "")).split(",")]
        found = tuple(dict.fromkeys(number for number in ids if number is not None))
        if not found:
            raise Refused(_("Select some records first."))
        if len(found) > MOST:
            raise Refused(_("These are too many to choose one by one. Select all that fit the list instead."))
        return cls(found)

    def records(self, kind: ObjectType, user: User) -> QuerySet:
        """Those of the selected records that the user may see, in the order of their ids."""
        if self.query is not None:
            return Asked.of(kind, user, self.query).records().order_by("pk")
        return kind.model.objects.visible_to(user).filter(pk__in=self.ids).order_by("pk")

    @property
    def parameters(self) -> dict[str, str]:
        """What `read` reads it from again."""
        if self.query is not None:
            return {"all": "1", "list": self.query}
        return {"ids": ",".join(map(str, self.ids))}
