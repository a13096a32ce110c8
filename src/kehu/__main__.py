import sys

from kehu.config.cli import main

sys.exit(main())
