"""`offramp plan PLACE`: what each option would probably change, against today."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder

MOST_CORES = 256


def command(
    place: PlaceFolder,
    options: Annotated[
        str | None, typer.Option(help="Only these options: ids with commas between.")
    ] = None,
    years: Annotated[int, typer.Option(min=1, max=20, help="Years to look ahead.")] = 5,
    draws: Annotated[int, typer.Option(min=8, max=4096, help="Runs of each option.")] = 128,
    people: Annotated[
        int, typer.Option(min=500, max=200_000, help="People simulated; results scale.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Same seed, same answer.")] = 1,
    workers: Annotated[str, typer.Option(help="Cores to use: a number.")] = "2",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Also write results.json and .csv here.", readable=False),
    ] = None,
    posterior: Annotated[
        bool, typer.Option(help="Use what 'offramp calibrate' found, where the place has it.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compare what each option would probably change in a place, against today."""
    from offramp.brief.plan_text import plan_text
    from offramp.catalogue.load import load as load_catalogue
    from offramp.cli.progress import shown
    from offramp.documents.write import check_folder, write_all
    from offramp.place.clock import today
    from offramp.place.load import load
    from offramp.place.periods import not_over
    from offramp.plan.compare import chosen, plan
    from offramp.plan.written import csv_bytes, json_bytes

    cores = number_of_workers(workers)
    loaded = load(place)
    catalogue = load_catalogue()
    wanted = None
    if options is not None:
        wanted = [name.strip() for name in options.split(",") if name.strip()]
    chosen(catalogue, wanted)
    if out is not None:
        check_folder(out, ("results.json", "results.csv"))
    late = not_over(loaded.place.outcomes, loaded.series, today())
    for note in (*loaded.warnings, *late):
        print(f"Note: {note}", file=sys.stderr)
    with shown("Simulating") as progress:
        results = plan(
            loaded, catalogue, options=wanted, years=years, draws=draws, people=people,
            seed=seed, workers=cores, progress=progress, posterior=posterior,
        )  # fmt: skip
    for note in results["warnings"]:
        if note not in loaded.warnings:
            print(f"Note: {note}", file=sys.stderr)
    if out is not None:
        for path in write_all(
            out, {"results.json": json_bytes(results), "results.csv": csv_bytes(results)}
        ):
            print(f"Wrote {path}", file=sys.stderr)
    if as_json:
        print_json(results)
    else:
        print(plan_text(results))


def number_of_workers(given: str) -> int:
    """Cores from --workers. Raises InputError for anything but a whole number from 1."""
    from offramp.catalogue.problems import InputError, Problem

    if given.isdecimal() and 1 <= int(given) <= MOST_CORES:
        return int(given)
    right = f"it must be a whole number of cores, from 1 to {MOST_CORES}"
    if "://" in given:
        right = "other machines are not supported yet; " + right
    raise InputError(Problem("--workers", 0, "", f"is {given!r}", right))
