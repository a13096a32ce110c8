"""What Kehu says when it will not do something."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A refusal that a user may read: one translated sentence that says what to do.

    `status` is what a page or the API answers with; `fields` names the inputs to blame; `headers` go with the answer.
    """

    status = 422
    # What a page says above the sentence; by the status where it is empty.
    heading: str | Promise = ""

    def __init__(
        self,
        sentence: str | Promise,
        *,
        fields: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields or {}
        self.headers = headers or {}

    def __str__(self) -> str:
        return str(self.sentence)


class RowsRefused(Refused):
    """Some of many rows cannot be; `rows` says of each, by its place among them, why."""

    def __init__(self, rows: dict[int, str]) -> None:
        super().__init__(next(iter(rows.values())))
        self.rows = rows


class Forbidden(Refused):
    """The user may not do this to a record that the user can see."""

    status = 403


class NotFound(Refused):
    """No such record, or none that the user may see: the answer is the same for both."""

    status = 404


class Conflict(Refused):
    """Something else happened meanwhile."""

    status = 409


class Collision(Conflict):
    """Two wrote the same rows at the same moment, and the database gave one of them up."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else is changing the same records at this moment. Try again."))


class StillNeeded(Conflict):
    """A record stays, as others need it."""

    heading = _("This cannot be deleted")


class Merged(Conflict):
    """A record does not come back alone: the step `batch` made it part of another, and taking that back brings all."""

    def __init__(self, batch: int) -> None:
        super().__init__(
            _(
                "This has become part of another record in a merge. Undo the merge: "
                "that brings back all that belongs to it."
            )
        )
        self.batch = batch


class Stale(Conflict):
    """The caller knows an older version of the record than the one that is stored."""

    status = 412
