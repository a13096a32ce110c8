"""Kehu's settings with the pseudo-language in the place of traditional Chinese (see scripts/pseudo.py)."""

import os
from pathlib import Path

from kehu.config import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
LOCALE_PATHS = [Path(os.environ["KEHU_JOURNEYS_PSEUDO"])]
