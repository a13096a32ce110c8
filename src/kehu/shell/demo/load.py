"""`kehu demo`: loads the demo company once; a later call leaves everything as the users left it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.models import Batch
from kehu.leads.models import Lead
from kehu.shell.demo import load_company, load_leads, load_plans, load_sales, load_work
from kehu.shell.demo.generate import Demo, generate
from kehu.shell.demo.loading import VERB, Load
from kehu.warehouse import feed

STEPS = (
    load_company.load_people,
    load_company.load_market,
    load_company.load_spend,
    load_leads.load_scoring,
    load_sales.load_customers,
    load_sales.load_opportunities,
    load_sales.load_money,
    load_leads.load_leads,
    load_work.load_targets,
    load_work.load_tasks,
    load_plans.load_plans,
)


def load_demo(say: Callable[[str], None], make: Callable[[], Demo] = generate) -> bool:
    """Load the demo into an empty installation; returns whether there was anything to do.

    A load that was killed is taken up where it stopped. Raises Refused where others have leads already.
    """
    batch = Batch.objects.filter(verb=VERB).order_by("id").first()
    if batch and batch.state == Batch.State.DONE:
        return False
    if batch is None:
        if Lead.everything.exists():
            raise Refused(_("There are leads already. The demo needs an empty installation: set KEHU_DATA."))
        batch = Batch.objects.create(verb=VERB, label=_("Demo: Herui Motors and the iXX case"))
    load = Load(batch, say)
    load_company.set_company()
    with without_collector():
        say(_("Making up the people and what they did …"))
        demo = make()
        for step in STEPS:
            step(load, demo)
        say(_("Filling the warehouse …"))
        feed.rebuild()
    load_company.set_company()
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DONE, finished_at=timezone.now())
    return True


@contextmanager
def without_collector() -> Iterator[None]:
    """No hunt for rows that refer to each other in a circle: there are none, and among a million rows it takes a
    sixth of the load."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
