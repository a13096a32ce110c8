"""Pipelines and stages are the company's own once they have another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kehu.core import registry
from kehu.core.actions import records

if TYPE_CHECKING:
    from kehu.core.models import Batch, User
    from kehu.sales.models import Pipeline, Stage


@transaction.atomic
def rename(
    *, record: Pipeline | Stage, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Pipeline | Stage:
    """Change a pipeline or stage. One that gets another name is no longer translated."""
    ready = records.allowed(registry.of(record), values, by)
    if "name" in ready and ready["name"] not in (record.name, str(record)):
        record.seeded = False
    elif record.seeded:
        ready.pop("name", None)
    return records.update(record, ready, by=by, batch=batch)
