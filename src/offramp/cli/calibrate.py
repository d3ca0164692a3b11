"""`offramp calibrate PLACE`: which values agree with a place's own counts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from offramp.cli.language import LanguageCode, speak
from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder
from offramp.languages import _

if TYPE_CHECKING:
    from offramp.plan.calibration.work import Kept

REPORT = "calibration.html"


def command(
    place: PlaceFolder,
    points: Annotated[
        int, typer.Option(min=64, max=65536, help="Points tried in every stage of a run.")
    ] = 1024,
    people: Annotated[
        int, typer.Option(min=500, max=100_000, help="People simulated, for each luck.")
    ] = 1000,
    lucks: Annotated[
        int, typer.Option(min=1, max=64, help="Lucks that each point is averaged over.")
    ] = 4,
    runs: Annotated[
        int, typer.Option(min=1, max=8, help="Independent runs, which should agree.")
    ] = 3,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 9, help="Same seed, same answer.")] = 1,
    forecasts: Annotated[
        bool, typer.Option(help="Also foretell what came, from earlier quarters.")
    ] = True,
    lang: LanguageCode = "en",
    workers: Annotated[str, typer.Option(help="Cores to use: a number.")] = "2",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="Write here, not beside place.toml, where plan looks.",
            readable=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Find the values that agree with a place's own series of counts; plan and brief use them.

    Writes posterior.json, posterior.csv and a report, calibration.html, beside place.toml. A run
    that is broken off goes on where it was when it is started again in the same way.
    """
    from offramp.brief.calibration_page import calibration_page
    from offramp.brief.calibration_text import calibration_text
    from offramp.brief.calibration_words import Subject, left_out_lines
    from offramp.catalogue.load import load as load_catalogue
    from offramp.cli.plan import number_of_workers
    from offramp.cli.progress import shown
    from offramp.cli.stopping import Terminated, stops_when_told
    from offramp.documents.html import render_html
    from offramp.documents.write import write_all
    from offramp.place.clock import today
    from offramp.place.load import load
    from offramp.place.periods import not_over
    from offramp.plan.calibration.cells import window
    from offramp.plan.calibration.levels import left_out
    from offramp.plan.calibration.odd import odd_counts
    from offramp.plan.calibration.posterior import ABOUT, files
    from offramp.plan.calibration.result import posterior
    from offramp.plan.calibration.run import Settings, calibrate
    from offramp.plan.calibration.work import Kept

    speak(lang)
    settings = Settings(points, people, lucks, runs, seed, number_of_workers(workers), forecasts)
    loaded, catalogue = load(place), load_catalogue()
    folder = loaded.path.parent if out is None else out
    _check_outputs(folder)
    seen, about = window(loaded), Subject(loaded, catalogue)
    left = left_out_lines(left_out(loaded, seen), about)
    late = not_over(loaded.place.outcomes, loaded.series, today())
    for note in (*loaded.warnings, *late, *odd_counts(loaded), *left):
        print(f"Note: {note}", file=sys.stderr)
    kept = Kept()
    try:
        with stops_when_told():
            with shown("Calibrating") as progress:
                found = calibrate(loaded, catalogue, settings, progress, kept)
            made = posterior(found)
            written = files(made)
            told = json.loads(written[ABOUT])
            page = render_html(calibration_page(told, about))
            written |= {REPORT: page.encode()}
            paths = write_all(folder, written)
    except BaseException as error:
        for said in _kept_lines(kept):
            print(said, file=sys.stderr)
        if isinstance(error, Terminated):
            print("Stopped; nothing was written.", file=sys.stderr)
        raise
    for path in paths:
        print(f"Wrote {path}", file=sys.stderr)
    found.forget()
    if as_json:
        print_json(told)
    else:
        print(calibration_text(told, about), end="")


def _check_outputs(folder: Path) -> None:
    """Raises, before any work, what would keep its files from being written: InputError with every
    problem; ModuleNotFoundError."""
    import importlib

    from offramp.catalogue.problems import InputError, Problem
    from offramp.documents.write import check_folder
    from offramp.plan.calibration.posterior import ABOUT, POINTS
    from offramp.plan.memory import check_drawing

    for name in ("altair", "vl_convert"):
        importlib.import_module(name)
    found: list[Problem] = []
    try:
        check_folder(folder, (ABOUT, POINTS, REPORT))
    except InputError as error:
        found += error.problems
    try:
        check_drawing()
    except InputError as error:
        found += error.problems
    if found:
        raise InputError(found)


def _kept_lines(kept: Kept) -> Iterator[str]:
    """Whether the same command would go on from here."""
    if kept.lost and kept.points:
        yield _(
            "Only some finished points could be kept in {folder} ({why}): the same command goes on "
            "from these.",
            folder=kept.folder, why=kept.why,
        )  # fmt: skip
    elif kept.lost:
        yield _(
            "Finished points could NOT be kept in {folder} ({why}): the same command begins anew.",
            folder=kept.folder, why=kept.why,
        )  # fmt: skip
    elif kept.points:
        yield _("Finished points are kept: the same command goes on from there.")
