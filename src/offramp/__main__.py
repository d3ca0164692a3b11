"""`python -m offramp`: the same as `offramp`."""

import sys

from offramp.cli.start import main

sys.exit(main())
