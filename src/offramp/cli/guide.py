"""`offramp guide`: what police can do besides arrest."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from offramp.cli.language import LanguageCode, speak
from offramp.cli.output import print_json

app = typer.Typer(help="What police can do besides arrest.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
OptionId = Annotated[str, typer.Argument(metavar="ID", help="An id from 'guide list'.")]


@app.command("list")
def list_options(lang: LanguageCode = "en", as_json: Json = False) -> None:
    """List the options, by family."""
    from offramp.catalogue.load import load
    from offramp.guide.listing import list_text
    from offramp.guide.option import listing

    speak(lang)
    rows = listing(load())
    if as_json:
        print_json(rows)
    else:
        print(list_text(rows))


@app.command("show")
def show(option_id: OptionId, lang: LanguageCode = "en", as_json: Json = False) -> None:
    """Show one option: needs, evidence, harms, examples, first steps."""
    from offramp.catalogue.load import load
    from offramp.guide.option import seen
    from offramp.guide.terminal import option_text

    speak(lang)
    option = seen(load(), option_id)
    if as_json:
        print_json(option.as_dict())
    else:
        print(option_text(option))


@app.command("search")
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What you need.")],
    lang: LanguageCode = "en",
    most: Annotated[int, typer.Option("--most", min=1, help="How many are shown.")] = 8,
    as_json: Json = False,
) -> None:
    """Find options by a need in your own words, best first."""
    from offramp.guide.listing import found_text
    from offramp.guide.search import build, rank, searched

    speak(lang)
    options = searched()
    query = " ".join(words)
    rows = [options[name].row() for name in rank(build(options), query)[:most]]
    if as_json:
        print_json(rows)
    else:
        print(found_text(rows, query))


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
