"""`python -m offramp`: the same as `offramp`."""

import sys

from offramp.cli.app import main

sys.exit(main())
