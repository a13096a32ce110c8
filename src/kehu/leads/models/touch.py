"""One dated contact between a lead and a channel."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Source, of_source
from kehu.core import clock
from kehu.core.models import Record


class TouchKind(models.TextChoices):
    BOUGHT_LIST = "bought_list", _("Bought list")
    OLD_DATA = "old_data", _("Old data")
    CAMPAIGN_MEMBER = "campaign_member", _("Member of the campaign page")
    RESOURCE_USE = "resource_use", _("Use of the resource centre")
    DOWNLOAD = "download", _("Download")
    LIVE_EVENT = "live_event", _("Live event")
    VISITING_CARD = "visiting_card", _("Visiting card")
    SCAN = "scan", _("Scan")
    ENTRY_FORM = "entry_form", _("Entry form")
    TEST_DRIVE_BOOKED = "test_drive_booked", _("Test drive booked")
    CONTACT_FORM = "contact_form", _("Contact form")
    PHONE_INQUIRY = "phone_inquiry", _("Phone inquiry")
    TEST_DRIVE_TAKEN = "test_drive_taken", _("Test drive taken")
    SHOWROOM_VISIT = "showroom_visit", _("Showroom visit")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


# The ladder that a first scoring model starts from; a kind that is not named earns nothing.
LADDER: dict[str, int] = {
    TouchKind.BOUGHT_LIST: 1,
    TouchKind.OLD_DATA: 1,
    TouchKind.CAMPAIGN_MEMBER: 2,
    TouchKind.RESOURCE_USE: 2,
    TouchKind.DOWNLOAD: 2,
    TouchKind.LIVE_EVENT: 3,
    TouchKind.VISITING_CARD: 3,
    TouchKind.SCAN: 3,
    TouchKind.ENTRY_FORM: 3,
    TouchKind.TEST_DRIVE_BOOKED: 4,
    TouchKind.CONTACT_FORM: 4,
    TouchKind.PHONE_INQUIRY: 4,
    TouchKind.TEST_DRIVE_TAKEN: 5,
    TouchKind.SHOWROOM_VISIT: 5,
}


class Touch(Source, Record):
    """`at` is when it happened, which may be long before it was recorded."""

    lead = models.ForeignKey(
        "leads.Lead", verbose_name=_("Lead"), on_delete=models.CASCADE, related_name="touches", db_index=False
    )
    at = models.DateTimeField(_("When"), default=clock.now, db_index=True)
    kind = models.CharField(_("Kind"), max_length=30, choices=TouchKind.choices, default=TouchKind.UNKNOWN)
    detail = models.CharField(_("Detail"), max_length=500, blank=True)
    variant = models.CharField(_("Page variant"), max_length=60, blank=True)
    call_to_action = models.CharField(_("Call to action"), max_length=100, blank=True)
    # What the click brought along, as it came: utm values, referrer, page.
    origin = models.JSONField(_("Origin"), default=dict, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Touch")
        verbose_name_plural = _("Touches")
        indexes = [
            models.Index("lead", "at", name="touches_of_lead"),
            # By these the people of an experiment are found.
            models.Index("variant", "at", condition=~models.Q(variant=""), name="touch_by_variant"),
            *of_source("touch", "at"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
