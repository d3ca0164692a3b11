"""Each option held against a place: what is lawful and possible here, and what is not known."""

from offramp.fit.hold import Fit, fit
from offramp.fit.rules import STATUSES, Status

__all__ = ["STATUSES", "Fit", "Status", "fit"]
