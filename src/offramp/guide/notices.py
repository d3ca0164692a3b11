"""What every output of the guide says of itself: reviewed or not, and the risk of keeping it."""

from __future__ import annotations

from offramp.catalogue.words import is_reviewed, is_unfinished
from offramp.guide.words import LOCAL_RISK, NOT_REVIEWED, UNFINISHED
from offramp.languages import _, language


def translation_notes() -> list[str]:
    """What is said of the translation: not reviewed, not whole; none in English."""
    found = [] if is_reviewed() else [_(NOT_REVIEWED)]
    return [*found, _(UNFINISHED)] if is_unfinished() else found


def notices() -> list[str]:
    """Lines for the language that is spoken now; none in English."""
    found = [*translation_notes()]
    return [*found, _(LOCAL_RISK)] if language().code == "ru" else found
