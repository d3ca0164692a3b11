"""`offramp guide`: what police can do besides arrest."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from offramp.cli.output import print_json

app = typer.Typer(help="What police can do besides arrest.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("list")
def list_options(as_json: Json = False) -> None:
    """List the options, by family."""
    from offramp.catalogue.load import load
    from offramp.guide.option import listing
    from offramp.guide.terminal import list_text

    rows = listing(load())
    if as_json:
        print_json(rows)
    else:
        print(list_text(rows))


@app.command("show")
def show(
    option_id: Annotated[str, typer.Argument(metavar="ID", help="An id from 'guide list'.")],
    as_json: Json = False,
) -> None:
    """Show one option: needs, evidence, harms, examples, first steps."""
    from offramp.catalogue.load import load
    from offramp.guide.option import seen
    from offramp.guide.terminal import option_text

    option = seen(load(), option_id)
    if as_json:
        print_json(option.as_dict())
    else:
        print(option_text(option))


@app.command("check")
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if there are warnings.")] = False,
    as_json: Json = False,
) -> None:
    """Check the catalogue: ids, numbers, units, words, unused records."""
    from offramp.catalogue.check import problems
    from offramp.catalogue.load import load
    from offramp.catalogue.problems import InputError
    from offramp.guide.check import surroundings, warnings
    from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES

    found = problems(None, surroundings((*LAW_TOPICS, *HAZARD_TOPICS), SERVICES))
    hints = [] if found else warnings(load())
    if as_json:
        print_json(
            {
                "ok": not found,
                "problems": [problem.as_dict() for problem in found],
                "warnings": [hint.as_dict() for hint in hints],
            }
        )
        if found:
            raise typer.Exit(1)
    elif found:
        raise InputError(found)
    else:
        catalogue = load()
        for hint in hints:
            print(f"Warning: {hint}", file=sys.stderr)
        print(
            f"The catalogue is sound: {len(catalogue.options)} options, "
            f"{len(catalogue.examples)} examples, {len(catalogue.evidence)} evidence records, "
            f"{len(catalogue.indicators)} indicators; {len(hints)} warnings."
        )
    if hints and strict:
        raise typer.Exit(3)
