"""`offramp brief PLACE`: the briefing as page, PDF and results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from offramp.cli.language import LanguageCode, speak
from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder


def command(
    place: PlaceFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="DIR",
            help="Where; by default out/ and the place.",
            readable=False,
        ),
    ] = None,
    lang: LanguageCode = "en",
    audience: Annotated[str, typer.Option(help="For whom: chief.")] = "chief",
    years: Annotated[int, typer.Option(min=1, max=20, help="Years to look ahead.")] = 5,
    draws: Annotated[int, typer.Option(min=8, max=4096, help="Runs of each option.")] = 128,
    people: Annotated[
        int, typer.Option(min=500, max=200_000, help="People simulated; results scale.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Same seed, same answer.")] = 1,
    workers: Annotated[str, typer.Option(help="Cores to use: a number.")] = "2",
    posterior: Annotated[
        bool, typer.Option(help="Use what 'offramp calibrate' found, where the place has it.")
    ] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Also print the results, one JSON document, on stdout.")
    ] = False,
) -> None:
    """Write the briefing of a place: briefing.html and .pdf, results.json, .csv and .xlsx."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.cli.plan import number_of_workers
    from offramp.cli.progress import shown
    from offramp.place.load import load

    speak(lang)
    cores = number_of_workers(workers)
    loaded = load(place)
    folder = out or Path("out") / loaded.folder.resolve().name

    from offramp.brief.citing import Citations
    from offramp.brief.facts import Facts
    from offramp.brief.make import brief, check_request
    from offramp.brief.terminal import brief_text
    from offramp.documents.write import write_all

    check_request(lang, audience, folder)
    catalogue = load_catalogue()
    for warning in loaded.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    with shown("Simulating") as progress:
        results, files = brief(
            loaded, catalogue, years=years, draws=draws, people=people, seed=seed, workers=cores,
            progress=progress, posterior=posterior,
        )  # fmt: skip
    for warning in results["warnings"]:
        if warning not in loaded.warnings:
            print(f"Note: {warning}", file=sys.stderr)
    written = write_all(folder, files)
    if as_json:
        for path in written:
            print(f"Wrote {path}", file=sys.stderr)
        print_json(results)
    else:
        print(brief_text(Facts(results, loaded, catalogue, Citations(catalogue)), written))
