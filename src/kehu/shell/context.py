"""What every page knows: the navigation and the person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    return {"nav": [], "me": request.user if hasattr(request, "user") else None}
