"""What a briefing says of its translation, and of the risk of keeping it where that is a risk."""

from __future__ import annotations

from offramp.catalogue.words import is_reviewed, is_unfinished
from offramp.languages import _, language


def translation_notes() -> list[str]:
    """Not reviewed, not whole, in the language that is spoken now; none in English."""
    found = []
    if not is_reviewed():
        found.append(_("This translation has not yet been reviewed by a native speaker."))
    if is_unfinished():
        found.append(_("Parts of this translation are still in English."))
    return found


def local_risk() -> list[str]:
    """That keeping it may be risky, where its language is spoken; page one has no room for it."""
    if language().code != "ru":
        return []
    return [
        _(
            "Reading or passing on texts about drugs may be risky where you are. This text gives "
            "no advice on getting or using drugs. Check the law of your country before you keep, "
            "send or quote it."
        )
    ]
