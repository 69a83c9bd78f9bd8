"""`python -m wizard` is the command `formae-wizard`."""

import sys

from wizard.cli import main

sys.exit(main())
