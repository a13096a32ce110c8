"""The pipeline that a new company starts with."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import override

from kehu.core import changes
from kehu.sales.models import SEEDED_PIPELINE, SEEDED_STAGES, Pipeline, Stage


@transaction.atomic
def seed() -> None:
    """Add the sales pipeline with its stages, once; afterwards it belongs to the company."""
    code, name = SEEDED_PIPELINE
    if Pipeline.everything.filter(code=code).exists():
        return
    # Stored in English, the language of the catalogues' keys.
    with override("en"):
        pipeline = Pipeline(code=code, name=str(name), seeded=True)
        changes.save(pipeline, by=None, verb="create")
        for rank, (stage_code, label, probability, kind) in enumerate(SEEDED_STAGES, start=1):
            stage = Stage(
                pipeline=pipeline,
                code=stage_code,
                name=str(label),
                rank=rank,
                probability=probability,
                kind=kind,
                seeded=True,
            )
            changes.save(stage, by=None, verb="create")
