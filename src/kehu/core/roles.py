"""The roles. What each may do stands in the policy of every object."""

from django.utils.translation import gettext_lazy as _

GENERAL_MANAGER = "general_manager"
MARKETING_HEAD = "marketing_head"
CAMPAIGN_MANAGER = "campaign_manager"
SEGMENT_MANAGER = "segment_manager"
CHANNEL_MANAGER = "channel_manager"
ANALYST = "analyst"
PRIVACY_MANAGER = "privacy_manager"
SALES_HEAD = "sales_head"
SALES_REP = "sales_rep"
SERVICE_AGENT = "service_agent"
ADMINISTRATOR = "administrator"

CHOICES = [
    (GENERAL_MANAGER, _("General manager")),
    (MARKETING_HEAD, _("Marketing head")),
    (CAMPAIGN_MANAGER, _("Campaign manager")),
    (SEGMENT_MANAGER, _("Segment manager")),
    (CHANNEL_MANAGER, _("Channel manager")),
    (ANALYST, _("Marketing analyst")),
    (PRIVACY_MANAGER, _("Privacy manager")),
    (SALES_HEAD, _("Sales head")),
    (SALES_REP, _("Sales representative")),
    (SERVICE_AGENT, _("Service agent")),
    (ADMINISTRATOR, _("Administrator")),
]
ALL = tuple(code for code, _label in CHOICES)
MARKETING = (MARKETING_HEAD, CAMPAIGN_MANAGER, SEGMENT_MANAGER, CHANNEL_MANAGER)
SALES = (SALES_HEAD, SALES_REP)
