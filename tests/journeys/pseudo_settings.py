"""Kehu's settings with the pseudo-language in the place of traditional Chinese (see scripts/pseudo.py)."""

import os
from pathlib import Path

from kehu.config.settings import *  # noqa: F403

LOCALE_PATHS = [Path(os.environ["KEHU_JOURNEYS_PSEUDO"])]
