"""Fail when a model has changed without a migration.

Asks Django itself, with a data folder that is thrown away, so that the check needs no installation.
"""

import os
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    os.environ |= {"KEHU_DATA": folder, "DJANGO_SETTINGS_MODULE": "kehu.config.settings"}
    os.environ.pop("DATABASE_URL", None)

    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    except SystemExit:
        sys.exit("A model changed without its migration: run `.venv/bin/kehu manage makemigrations MODULE`.")
