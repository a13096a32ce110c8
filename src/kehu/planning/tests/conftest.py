from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder_of_static_files(settings):
    """Nothing is collected in tests; the middleware that serves static files warns without the folder."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
