"""`offramp fit PLACE`: which options are ready here, which are not, and which is not known."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from offramp.cli.language import LanguageCode, speak
from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder


def command(
    place: PlaceFolder,
    lang: LanguageCode = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Hold each option against a place: what is ready, what it needs, what is not known."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.fit.hold import fit
    from offramp.fit.text import fit_text
    from offramp.place.load import load

    speak(lang)
    loaded = load(place)
    for warning in loaded.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    held = fit(loaded, load_catalogue())
    if as_json:
        print_json([one.as_dict() for one in held])
    else:
        print(fit_text(loaded.place, held))
