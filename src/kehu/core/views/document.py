"""A record on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import clock
from kehu.core.models import Company, User
from kehu.core.reading import title
from kehu.core.registry import ObjectType
from kehu.core.views.base import kind_for, record_for
from kehu.core.views.record import sections
from kehu.kit import pdf

TEMPLATE = Path(__file__).parent.parent / "documents" / "record.typ"


@require_safe
def record_pdf(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The facts of a record that the user may see, as PDF in the user's language."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    data = content(kind, record, request.user)
    made = pdf.document(TEMPLATE, data, language=get_language() or "en")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind.key}-{record.pk}.pdf"'
    return response


def content(kind: ObjectType, record: Any, user: User) -> dict[str, Any]:
    return {
        "title": title(record),
        "kind": str(kind.label),
        "company": str(Company.current()),
        "printed": _("Printed on %(day)s") % {"day": clock.today().isoformat()},
        "sections": [
            {
                "label": str(section["label"]),
                "facts": [
                    {"label": str(f["label"]), "text": f["cell"].text or "–"} for f in section["facts"]
                ],
            }
            for section in sections(kind, record, user)
        ],
    }
