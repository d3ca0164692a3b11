"""`offramp validate`: published studies repeated inside the model, and whether they hold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from offramp.cli.output import print_json

if TYPE_CHECKING:
    from offramp.catalogue.load import Catalogue
    from offramp.catalogue.problems import InputError
    from offramp.validate.judge import Verdict
    from offramp.validate.load import LoadedStudy
    from offramp.validate.report import Broken


def command(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE|PATH]",
            help="A study by its id, a folder with study.toml, or a folder of such folders. "
            "Left out: all that come with Offramp.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    details: Annotated[
        bool,
        typer.Option(
            "--details", help="With --json: also kind, interval, sign, what failed, if narrow."
        ),
    ] = False,
    sabotage: Annotated[
        bool, typer.Option("--sabotage", help="Also break the model on purpose: is it noticed?")
    ] = False,
    page: Annotated[
        bool, typer.Option("--page", help="The page docs/validation.md, with sabotage.")
    ] = False,
    workers: Annotated[str, typer.Option(help="Cores to use: a number.")] = "2",
) -> None:
    """Repeat published studies inside the model, and say which hold and which miss.

    Where one of several studies cannot be run to its end, the others are still told.
    """
    from offramp.catalogue.load import load as load_catalogue
    from offramp.catalogue.problems import InputError, Problem
    from offramp.cli.plan import number_of_workers
    from offramp.cli.stopping import Terminated, stops_when_told
    from offramp.place.ranges import range_notes
    from offramp.validate.load import find, load_studies, packaged
    from offramp.validate.report import check_before
    from offramp.validate.sources import doubtful, unsourced

    if page and as_json:
        right = "ask for one of them"
        raise InputError(Problem("--page", 0, "", "and --json are two forms of the answer", right))
    if details and not as_json:
        right = "add --json, or leave it out: the table says all of it"
        raise InputError(Problem("--details", 0, "", "is for --json alone", right))
    cores = number_of_workers(workers)
    folders = packaged() if case is None else find(case)
    catalogue = load_catalogue()
    studies = load_studies(folders, catalogue)
    check_before(studies, cores)
    for note in filter(None, map(unsourced, studies)):
        print(f"Note: {note}", file=sys.stderr)
    for loaded in studies:
        if said := doubtful(loaded, catalogue):
            print(f"Note: {said}", file=sys.stderr)
        for note in range_notes(loaded.place.place):
            print(f"Note: {loaded.file.shown}: {note}", file=sys.stderr)
    try:
        with stops_when_told():
            found, broken, failed = _run(studies, catalogue, cores, sabotage or page)
    except Terminated:
        print("Stopped; nothing was written.", file=sys.stderr)
        raise
    for verdict in found:
        for note in verdict.notes:
            print(f"Note: {note}", file=sys.stderr)
    if failed is not None and (page or not found):
        raise failed
    single = case is not None and len(folders) == 1
    if page:
        from offramp.validate.page import validation_page

        print(validation_page(found, broken, catalogue))
    elif as_json:
        _print_json(found, broken if sabotage else None, details, single)
    else:
        from offramp.validate.report import text

        print(text(found, broken))
    if failed is not None:
        raise failed


def _run(
    studies: Sequence[LoadedStudy], catalogue: Catalogue, cores: int, sabotage: bool
) -> tuple[list[Verdict], list[Broken], InputError | None]:
    """What came out of the studies that finished, and why others did not."""
    from offramp.cli.progress import shown
    from offramp.validate.report import SomeFailedError, sabotaged, verdicts

    failed: SomeFailedError | None = None
    finished = list(studies)
    with shown("Repeating studies") as progress:
        try:
            found = verdicts(studies, catalogue, cores, progress)
        except SomeFailedError as error:
            failed, finished = error, [loaded for loaded, _verdict in error.finished]
            found = [verdict for _loaded, verdict in error.finished]
    broken = []
    if sabotage and finished:
        with shown("Breaking the model") as progress:
            broken = sabotaged(finished, found, catalogue, cores, progress)
    return found, broken, failed


def _print_json(
    found: Sequence[Verdict], broken: Sequence[Broken] | None, details: bool, single: bool
) -> None:
    rows = [v.as_dict(details) for v in found]
    if broken is None:
        print_json(rows[0] if single else rows)
        return
    tried = [
        {"id": b.broken.id, "turned_red": list(b.turned_red), "noticed": b.seen} for b in broken
    ]
    print_json({"studies": rows, "sabotage": tried})
