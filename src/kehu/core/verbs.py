"""The verbs of the change log: what each is called in a history, its icon, whether it can be taken back.

Core's own are here; a module declares its others as `VERBS` in its manifest, and `tests/contract/test_verbs.py`
finds those that nobody declared.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Verb:
    """What was done, in a past-tense word that follows the name of who did it.

    `undoable` offers to take it back, together with the batch that it was done in; a batch that `loads` holds
    records that have nothing to do with each other, so there each is taken back by itself. One that `moves` makes rows
    refer to another record, also rows that the user could not change otherwise.
    """

    key: str
    label: str | Promise
    icon: str = "pencil"
    undoable: bool = False
    loads: bool = False
    moves: bool = False


_known: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    if verb.key in _known:
        raise ValueError(f"Two verbs are called {verb.key}")
    _known[verb.key] = verb


def known() -> frozenset[str]:
    return frozenset(_known)


def get(key: str) -> Verb:
    """A verb of the log; one that an older version wrote speaks for itself and is not taken back."""
    return _known.get(key) or Verb(key, key.replace("_", " "))


for _verb in (
    Verb("create", _("created"), icon="plus", undoable=True),
    Verb("edit", _("edited"), undoable=True),
    Verb("delete", _("deleted"), icon="trash", undoable=True),
    Verb("restore", _("restored"), icon="restore", undoable=True),
    Verb("import", _("imported"), icon="plus", undoable=True, loads=True),
    Verb("undo", _("undone"), icon="arrow-back-up", undoable=True, loads=True),
    Verb("export", _("exported"), icon="download"),
    Verb("merge", _("merged"), icon="arrows-join", undoable=True, moves=True),
    Verb("move", _("moved"), icon="arrow-right", undoable=True),
    Verb("tag", _("tagged"), icon="tag", undoable=True),
    Verb("purge", _("deleted for good"), icon="trash-x"),
    Verb("approve", _("approved"), icon="circle-check"),
    Verb("password", _("password changed"), icon="key"),
    Verb("second_step_on", _("two-step sign-in turned on"), icon="shield-lock"),
    Verb("second_step_off", _("two-step sign-in turned off"), icon="shield-lock"),
    Verb("recovery_codes", _("new recovery codes made"), icon="shield-lock"),
    Verb("secret", _("new secret made"), icon="key"),
    Verb("stop", _("stopped"), icon="player-stop"),
):
    register(_verb)
