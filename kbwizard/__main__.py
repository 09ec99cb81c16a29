"""`python -m kbwizard`."""

import sys

from kbwizard.cli import main

sys.exit(main())
