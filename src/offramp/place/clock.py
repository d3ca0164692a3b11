"""What day it is: the one clock of the law.

Law that was last checked more than 12 months before this day reads as not known.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from offramp.catalogue.problems import InputError, Problem

DAY = "OFFRAMP_TODAY"


def today() -> date:
    """The day of OFFRAMP_TODAY (2026-11-25), else of SOURCE_DATE_EPOCH, else of the machine.

    Raises InputError when OFFRAMP_TODAY is no date.
    """
    given = os.environ.get(DAY, "").strip()
    if given:
        try:
            return date.fromisoformat(given)
        except ValueError:
            right = "it must be a date such as 2026-11-25, or be left out"
            raise InputError(Problem(DAY, 0, "", f'is "{given[:40]}"', right)) from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), tz=UTC).date()
    return date.today()  # noqa: DTZ011 (the user's own day is meant)
