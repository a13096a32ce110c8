"""Forms, what strangers sent with them, what they are asked to allow, and tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kehu.capture.models import CaptureForm, Experiment, ExperimentVariant, Submission, UtmValue
from kehu.core.access import roles
from kehu.leads.models import ConsentPurpose

from .names import word

MOMENT = datetime(2010, 3, 2, 9, tzinfo=UTC)


def asked(put: Callable[[str, Any], Any], market: Any) -> None:
    """One of each; nobody owns them but the form."""
    campaign, channel, medium, region = (
        market.only(key) for key in ("campaign", "channel", "medium", "region")
    )
    form = CaptureForm(
        name=word("form", "only"), campaign=campaign, channel=channel, medium=medium, region=region
    )
    form.owner = market.people.by_role[roles.CAMPAIGN_MANAGER]
    put("form", form)
    value = put("utm_value", UtmValue(kind="source", value=word("utm_value", "only"), channel=channel))
    sent = Submission(form=form, sender=word("submission", "only"), token="zq", state="held", reason="trap")
    sent.values, sent.received_at = {"name": sent.sender, "phone": "+886223450733"}, MOMENT
    sent.address, sent.source_value = "192.0.2.77", value
    put("submission", sent)
    purpose = ConsentPurpose(
        code="zq-news", name=word("consent_purpose", "only"), text_en="You may write to me."
    )
    put("consent_purpose", purpose)
    experiment = Experiment(name=word("experiment", "only"), campaign=campaign, key="zqkey", measure="form")
    put("experiment", experiment)
    variant = ExperimentVariant(experiment=experiment, code="zq", name=word("experiment_variant", "only"))
    put("experiment_variant", variant)
