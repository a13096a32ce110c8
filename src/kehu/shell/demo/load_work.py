"""Loads the targets of iXX and everybody's tasks."""

from __future__ import annotations

from decimal import Decimal

from kehu.activities.models import Task
from kehu.sales.models import Target
from kehu.shell.demo import rows
from kehu.shell.demo.company import CURRENCY
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.load_company import at_noon
from kehu.shell.demo.loading import Load
from kehu.shell.demo.moments import IXX_START


def load_targets(load: Load, demo: Demo) -> None:
    keys = load.keys

    def target(row: rows.TargetRow) -> Target:
        return Target(
            scope=row.scope,
            team_id=keys["team"][row.subject] if row.scope == "team" else None,
            person_id=keys["user"][row.subject] if row.scope == "person" else None,
            campaign_id=keys["campaign"][row.campaign],
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            revenue=Decimal(row.revenue),
            currency=CURRENCY,
            sales=row.sales,
            created_at=at_noon(IXX_START),
            updated_at=at_noon(IXX_START),
        )

    load.insert(Target, demo.targets, target)


def load_tasks(load: Load, demo: Demo) -> None:
    """Everybody's work; the leads must be loaded."""
    keys = load.keys

    def task(row: rows.TaskRow) -> Task:
        return Task(
            title=row.subject,
            kind=row.kind,
            due_on=row.due_at,
            done_at=row.done_at,
            priority=row.priority,
            object_type=row.about,
            object_id=keys[row.about][row.about_id],
            owner_id=keys["user"][row.owner],
            created_at=row.created_at,
            updated_at=row.done_at or row.created_at,
        )

    load.insert(Task, demo.tasks, task)
