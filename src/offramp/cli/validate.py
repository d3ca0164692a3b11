"""`offramp validate`: published studies repeated inside the model, and whether they hold."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from offramp.cli.output import print_json


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
    """Repeat published studies inside the model, and say which hold and which miss."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.catalogue.problems import InputError, Problem
    from offramp.cli.plan import number_of_workers
    from offramp.cli.progress import shown
    from offramp.validate.load import find, load_study, packaged
    from offramp.validate.page import validation_page
    from offramp.validate.report import sabotaged, text, verdicts
    from offramp.validate.sources import unsourced

    if page and as_json:
        right = "ask for one of them"
        raise InputError(Problem("--page", 0, "", "and --json are two forms of the answer", right))
    if details and not as_json:
        right = "add --json, or leave it out: the table says all of it"
        raise InputError(Problem("--details", 0, "", "is for --json alone", right))
    cores = number_of_workers(workers)
    folders = packaged() if case is None else find(case)
    catalogue = load_catalogue()
    studies, problems = [], list[Problem]()
    for folder in folders:
        try:
            studies.append(load_study(folder, catalogue))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    for note in filter(None, map(unsourced, studies)):
        print(f"Note: {note}", file=sys.stderr)
    with shown("Repeating studies") as progress:
        found = verdicts(studies, catalogue, cores, progress)
    broken = []
    if sabotage or page:
        with shown("Breaking the model") as progress:
            broken = sabotaged(studies, found, catalogue, cores, progress)
    if page:
        print(validation_page(found, broken, catalogue))
    elif as_json:
        rows = [v.as_dict(details) for v in found]
        single = case is not None and len(folders) == 1 and not sabotage
        if sabotage:
            document = {
                "studies": rows,
                "sabotage": [
                    {"id": b.broken.id, "turned_red": list(b.turned_red), "noticed": b.seen}
                    for b in broken
                ],
            }
            print_json(document)
        else:
            print_json(rows[0] if single else rows)
    else:
        print(text(found, broken))
