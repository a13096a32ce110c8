"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")
application = get_wsgi_application()


def _prepare() -> None:
    """Load what the first request would load, then settle: loaded later, it would be looked through for ever."""
    from django.urls import get_resolver

    from kehu.config import garbage

    assert get_resolver().url_patterns
    garbage.settle()


_prepare()
