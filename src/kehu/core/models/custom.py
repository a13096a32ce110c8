"""What administrators add without code: fields, objects, rules of fields, layouts. Records like any other, with
history and undo; core/custom reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kehu.core import roles
from kehu.core.models.record import OwnedRecord, Record

# Names of icons: the build of the front end finds them here and puts them into the sprite.
ICONS = (
    "box", "archive", "award", "building", "building-store", "calendar-event", "car", "certificate", "clipboard-list",
    "contract", "device-desktop", "file-text", "flag", "folder", "gift", "heart-handshake", "home", "map-pin",
    "package", "school", "stack", "star", "tag", "ticket", "tool", "truck", "users", "world",
)  # fmt: skip
EVERY_ROLE = [("", _("Everyone")), *roles.CHOICES]


# English is asked for first where a language has no text of its own.
LANGUAGES = ("en", "zh-hans", "zh-hant")
NEAREST = {"zh-hans": ("zh-hant", "en"), "zh-hant": ("zh-hans", "en"), "en": ("zh-hans", "zh-hant")}


def pick(texts: Mapping[str, str], otherwise: str = "") -> str:
    """The text in the user's language, else in the one nearest to it that has one."""
    language = (get_language() or "en").lower()
    for code in (language, *NEAREST.get(language, LANGUAGES)):
        if text := texts.get(code):
            return text
    return otherwise


class _Offered:
    """The objects that a definition may name; core/custom knows them and stands above the models."""

    objects: Callable[[], list[tuple[str, Any]]] = staticmethod(list)
    targets: Callable[[], list[tuple[str, Any]]] = staticmethod(list)
    told: Callable[[FieldRule], str] = staticmethod(lambda rule: "")


def offer(objects: Callable[[], Any], targets: Callable[[], Any]) -> None:
    _Offered.objects, _Offered.targets = staticmethod(objects), staticmethod(targets)


def tell_rules(told: Callable[[FieldRule], str]) -> None:
    """How a rule is said in the words of its fields, which the models do not know."""
    _Offered.told = staticmethod(told)


def objects() -> list[tuple[str, Any]]:
    """The objects that fields may be added to."""
    return _Offered.objects()


def targets() -> list[tuple[str, Any]]:
    """The objects that a reference may point at."""
    return _Offered.targets()


class Roles(models.JSONField):
    """A list of roles."""

    def formfield(self, **options: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=roles.CHOICES,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            help_text=self.help_text,
            initial=options.get("initial", []),
        )


class Labelled(Record):
    """Named in three languages; what is missing is taken from the next one that is there."""

    label_en = models.CharField(_("Name in English"), max_length=80, blank=True)
    label_zh_hans = models.CharField(_("Name in simplified Chinese"), max_length=80, blank=True)
    label_zh_hant = models.CharField(_("Name in traditional Chinese"), max_length=80, blank=True)

    class Meta(Record.Meta):
        abstract = True

    @property
    def labels(self) -> dict[str, str]:
        return {"en": self.label_en, "zh-hans": self.label_zh_hans, "zh-hant": self.label_zh_hant}

    def __str__(self) -> str:
        return pick(self.labels, getattr(self, "code", "") or getattr(self, "key", ""))


class CustomField(Labelled):
    """One field that an administrator has added to an object. Its code and kind stay: values are stored by them."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        YES_NO = "yesno", _("Yes or no")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        REFERENCE = "reference", _("Reference")
        FORMULA = "formula", _("Formula")
        ROLL_UP = "roll_up", _("Roll-up")

    class Result(models.TextChoices):
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        TEXT = "text", _("Text")
        DATE = "date", _("Date")
        YES_NO = "yesno", _("Yes or no")

    class Sum(models.TextChoices):
        COUNT = "count", _("Count")
        SUM = "sum", _("Sum")
        MIN = "min", _("Smallest")
        MAX = "max", _("Largest")
        AVG = "avg", _("Average")

    class Index(models.TextChoices):
        NONE = "", _("no index")
        WAITING = "waiting", _("waiting")
        BUILDING = "building", _("being built")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    object_type = models.CharField(_("Object"), max_length=40, choices=objects)
    code = models.CharField(
        _("Code"),
        max_length=40,
        help_text=_(
            "Names the field in the API, imports and formulas: small letters, digits and _. It stays."
        ),
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    help = models.CharField(_("Help"), max_length=300, blank=True)
    choices = models.TextField(
        _("Choices"),
        blank=True,
        help_text=_(
            "One in a line: code | English | simplified | traditional. A line that starts with # is offered no more."
        ),
    )
    target = models.CharField(_("Refers to"), max_length=40, blank=True, choices=targets)
    formula = models.TextField(
        _("Formula"),
        blank=True,
        help_text=_('For example: round(amount * custom.share / 100, 2) or if(score >= 4, "A", "B")'),
    )
    result = models.CharField(
        _("Result"), max_length=10, choices=Result.choices, default=Result.NUMBER, blank=True
    )
    related = models.CharField(
        _("Related records"),
        max_length=90,
        blank=True,
        help_text=_("Object and the reference that leads here, for example: opportunity.account"),
    )
    function = models.CharField(_("Sum up by"), max_length=5, choices=Sum.choices, blank=True)
    summed = models.CharField(_("Field summed up"), max_length=90, blank=True)
    condition = models.CharField(
        _("Only where"), max_length=200, blank=True, help_text=_("For example: status = lost")
    )
    required = models.BooleanField(_("Required"), default=False)
    default = models.CharField(_("Starts with"), max_length=300, blank=True)
    in_list = models.BooleanField(_("Shown in lists"), default=True)
    searchable = models.BooleanField(_("Found by search"), default=False)
    indexed = models.BooleanField(_("Index for filtering and sorting"), default=False)
    index_state = models.CharField(
        _("State of the index"), max_length=10, choices=Index.choices, blank=True, editable=False
    )
    rank = models.PositiveSmallIntegerField(_("Place"), default=50)
    retired_at = models.DateTimeField(_("Retired"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Custom field")
        constraints = [
            models.UniqueConstraint(
                fields=("object_type", "code"),
                name="one_custom_field",
                violation_error_message=_("This object has a field with this code already."),
            )
        ]


class CustomObject(Labelled):
    """An object that an administrator has made: its records are rows of one table."""

    class Access(models.TextChoices):
        EVERYONE = "everyone", _("Everyone sees all")
        TEAM = "team", _("Owner and team see")
        OWNER = "owner", _("Only the owner sees")

    class Place(models.TextChoices):
        PLAN = "plan", _("Plan")
        MARKET = "market", _("Market")
        SELL = "sell", _("Sell")
        SERVE = "serve", _("Serve")
        UNDERSTAND = "understand", _("Understand")
        SETUP = "setup", _("Set up")

    key = models.CharField(
        _("Code"),
        max_length=38,
        unique=True,
        help_text=_(
            "Names the object in addresses and the API: x_ and small letters, digits or _. It stays."
        ),
    )
    plural_en = models.CharField(_("Plural in English"), max_length=80, blank=True)
    icon = models.CharField(_("Icon"), max_length=40, choices=[(name, name) for name in ICONS], default="box")
    place = models.CharField(
        _("Place in the navigation"), max_length=12, choices=Place.choices, default="sell"
    )
    access = models.CharField(_("Who sees"), max_length=10, choices=Access.choices, default=Access.EVERYONE)
    adders = Roles(_("Who adds"), default=list, blank=True)
    changers = Roles(_("Who changes"), default=list, blank=True)
    deleters = Roles(_("Who deletes"), default=list, blank=True)
    help = models.CharField(_("Help"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Custom object")


class FieldRule(Record):
    """A field that is required, or there at all, only where another one says so."""

    class Effect(models.TextChoices):
        REQUIRED = "required", _("is required")
        VISIBLE = "visible", _("is shown")

    class Op(models.TextChoices):
        EQ = "eq", _("is")
        NE = "ne", _("is not")
        GTE = "gte", _("is at least")
        LTE = "lte", _("is at most")
        EMPTY = "empty", _("is empty")
        NOT_EMPTY = "not_empty", _("is not empty")

    object_type = models.CharField(_("Object"), max_length=40, choices=objects)
    path = models.CharField(_("Field"), max_length=90, help_text=_("Its code, for example: custom.reason"))
    effect = models.CharField(_("Effect"), max_length=10, choices=Effect.choices, default=Effect.REQUIRED)
    when = models.CharField(_("When the field"), max_length=90, help_text=_("Its code, for example: stage"))
    op = models.CharField(_("Condition"), max_length=10, choices=Op.choices, default=Op.EQ)
    value = models.CharField(_("Value"), max_length=200, blank=True)
    role = models.CharField(_("Role"), max_length=30, blank=True, choices=EVERY_ROLE)

    class Meta(Record.Meta):
        verbose_name = _("Field rule")

    def __str__(self) -> str:
        return (
            _Offered.told(self) or f"{self.path} {self.effect}: {self.when} {self.op} {self.value}"
        ).strip()


class Layout(Record):
    """Order and visibility of fields on one kind of page, for one role or for everyone."""

    class Page(models.TextChoices):
        RECORD = "record", _("Record page")
        FORM = "form", _("Form")
        LIST = "list", _("List")

    object_type = models.CharField(_("Object"), max_length=40, choices=objects)
    page = models.CharField(_("Page"), max_length=10, choices=Page.choices)
    role = models.CharField(_("Role"), max_length=30, blank=True, choices=EVERY_ROLE)
    # [{"title": text or "", "fields": [path, …]}, …] and the paths that are not shown.
    sections = models.JSONField(_("Sections"), default=list)
    hidden = models.JSONField(_("Hidden fields"), default=list, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Layout")
        constraints = [
            models.UniqueConstraint(fields=("object_type", "page", "role"), name="one_layout"),
        ]

    def __str__(self) -> str:
        return f"{self.get_object_type_display()} · {self.get_page_display()} · {self.get_role_display()}"


class CustomRecord(OwnedRecord):
    """A record of a custom object. Each object has a proxy of its own, made by core/custom/objects.py."""

    # What the proxies say: the key of their object.
    of_key = ""

    object_key = models.CharField(max_length=40, editable=False)
    title = models.CharField(_("Name"), max_length=200)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Record")
        indexes = [
            models.Index(
                "object_key", models.F("created_at").desc(), models.F("id").desc(), name="custom_newest"
            ),
            models.Index("object_key", "owner", "created_at", name="custom_of_owner"),
            models.Index("object_key", "title", "id", name="custom_by_title"),
        ]

    def __init__(self, *args: Any, **values: Any) -> None:
        if not args and self.of_key:
            values["object_key"] = self.of_key
        super().__init__(*args, **values)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_columns(cls, **columns: Any) -> Any:
        return super().from_columns(**{**columns, "object_key": cls.of_key})
