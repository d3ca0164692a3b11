"""All files of the exported guide, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.documents.fonts import FOLDER as FONTS
from offramp.fit.hold import Fit, Resolved, fit
from offramp.guide.machine import catalogue_json, csv_files
from offramp.guide.option import seen
from offramp.guide.search import build
from offramp.guide.site.examples_page import examples_page
from offramp.guide.site.frame import Frame
from offramp.guide.site.lists import (
    CERTAINTIES,
    about_page,
    evidence_page,
    index_page,
    measures_page,
)
from offramp.guide.site.option_page import option_page
from offramp.languages import _

HERE = Path(__file__).parent
FACES = ("Regular", "Italic", "SemiBold")
COPIED = ("search.js", "site.js", "style.css")


def site(catalogue: Catalogue, place: Resolved | None = None) -> dict[str, bytes]:
    """Name and content of every file, in the language spoken now.

    With a place, each option carries its answer there and why.
    """
    fitted: dict[str, Fit] | None = None
    line = ""
    if place is not None:
        fitted = {one.id: one for one in fit(place, catalogue)}
        resolved = place.resolved
        line = _("Fitted to {place}, as of {day}.", place=resolved.name, day=resolved.as_of)
    frame = Frame(line, catalogue.hash)
    pages = {
        "index": index_page(frame, catalogue, fitted),
        "examples": examples_page(frame, catalogue),
        "evidence": evidence_page(frame, catalogue),
        "measures": measures_page(frame, catalogue),
        "about": about_page(frame, catalogue),
    }
    for name in catalogue.options:
        here = fitted.get(name) if fitted is not None else None
        pages[name] = option_page(frame, seen(catalogue, name), here)
    files = {f"{name}.html": text.encode("utf-8") for name, text in pages.items()}
    files |= {name: (HERE / name).read_bytes() for name in COPIED}
    files |= {
        f"OfframpSans-{face}.woff2": (FONTS / f"OfframpSans-{face}.woff2").read_bytes()
        for face in FACES
    }
    files["OfframpSans-licence.txt"] = (FONTS / "OFL.txt").read_bytes()
    files["data.js"] = _script(catalogue)
    files["catalogue.json"] = catalogue_json(catalogue, fitted)
    files |= csv_files(catalogue)
    return files


def _script(catalogue: Catalogue) -> bytes:
    """The index and the words of the scripts, as a classic script."""
    data: dict[str, Any] = {
        "version": __version__,
        "index": build(catalogue.candidates).as_data(),
        "certainties": CERTAINTIES,
        "words": {"shown": _("{count} of {total} shown")},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f"window.offrampData = {text};\n".encode()
