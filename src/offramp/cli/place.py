"""`offramp place`: describe a place, check the description, and find out what matters next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder

if TYPE_CHECKING:
    from offramp.place.improve import Question
    from offramp.place.load import LoadedPlace
    from offramp.place.new import Answers

T = TypeVar("T")

app = typer.Typer(help="Describe a place and check the description.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("check")
def check(place: PlaceFolder, as_json: Json = False) -> None:
    """Check place.toml and its data files: every problem, with file, line and field."""
    from offramp.place.check import checked

    result, loaded = checked(place)
    if as_json:
        print_json(result)
    if loaded is None:
        if not as_json:
            for problem in result["problems"]:
                print(_sentence(problem), file=sys.stderr)
            print(_problems(len(result["problems"])), file=sys.stderr)
        raise typer.Exit(1)
    _warn(loaded)
    if not as_json:
        print(f"{loaded.place.name}: no problems.")


def _sentence(problem: dict[str, Any]) -> str:
    from offramp.catalogue.problems import Problem

    return " ".join(str(Problem(**problem)).split())


def _problems(number: int) -> str:
    return f"{number} problem{'' if number == 1 else 's'}."


def _warn(loaded: LoadedPlace) -> None:
    for warning in loaded.warnings:
        print(f"Note: {warning}", file=sys.stderr)


@app.command("show")
def show(place: PlaceFolder, as_json: Json = False) -> None:
    """Show what is known: the numbers, where they come from, how old they are, who was heard."""
    from offramp.place.load import load
    from offramp.place.show import show_text, shown

    loaded = load(place)
    _warn(loaded)
    if as_json:
        print_json(shown(loaded))
    else:
        print(show_text(loaded))


@app.command("questions")
def questions(place: PlaceFolder, as_json: Json = False) -> None:
    """List what is not known about the law, for the legal adviser."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.place.legal import legal_questions, questions_text, stale_law
    from offramp.place.load import load

    loaded = load(place)
    full = loaded.resolved
    found = legal_questions(full, load_catalogue().options, stale_law(full))
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        print(questions_text(loaded.place, found))


@app.command("new")
def new(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Where; by default named for it.", readable=False),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="City, district or area.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Two letters: GB, KE.")] = None,
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="Whose law to start from: kenya, oregon, scotland, ..."),
    ] = None,
    residents: Annotated[float | None, typer.Option("--residents", help="How many.")] = None,
    mainly: Annotated[
        str | None,
        typer.Option("--mainly", help="Used most: opioids, stimulants, both, cannabis, unknown."),
    ] = None,
    already: Annotated[
        str | None, typer.Option("--already", help="What runs already: ID,ID (see guide list).")
    ] = None,
    asked_residents: Annotated[
        str | None, typer.Option("--asked-residents", help="What residents ask for.")
    ] = None,
    asked_people: Annotated[
        str | None, typer.Option("--asked-people", help="What people who use drugs ask for.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write a file with every field explained.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="REGION/PLACE",
            help="Prefilled from public data: england-wales/durham, canada/ontario.",
        ),
    ] = None,
) -> None:
    """Make a first place from five answers, or from public data (--from).

    With --name and --country nothing is asked; else what is missing is asked for.
    """
    from offramp.place.clock import today
    from offramp.place.load import FILE
    from offramp.place.new import Answers, country_of, folder_name, place_text
    from offramp.place.write import write_new

    if folder is not None:
        _must_be_free(folder / FILE)
    if template:
        path = (folder or Path("place")) / FILE
        _write_template(path)
        print(f"Wrote {path}. Fill in name and country, then: offramp place check {path.parent}")
        return
    if source is not None:
        said = (name, country, residents, mainly, already, asked_residents, asked_people)
        _write_prefilled(folder, source, answered=any(value is not None for value in said))
        return
    answers = Answers(
        name=name or "",
        country=(country or country_of(preset)).strip().upper(),
        preset=preset,
        residents=residents,
        mainly=mainly or "unknown",
        already=_ids(already or ""),
        asked_residents=asked_residents or "",
        asked_people=asked_people or "",
    )
    if name is None or not answers.country:
        given = {
            "name": name,
            "country": country or answers.country or None,
            "preset": preset,
            "residents": residents,
            "mainly": mainly,
            "already": already,
            "asked_residents": asked_residents,
            "asked_people": asked_people,
        }
        answers = _ask_five(answers, {key for key, value in given.items() if value is not None})
    path = (folder or Path(folder_name(answers.name))) / FILE
    write_new(path, place_text(answers, today()))
    print(f"Wrote {path}.")
    print(f"Next: offramp fit {path.parent}    or: offramp place improve {path.parent}")


def _ids(text: str) -> list[str]:
    return [part for part in text.replace(",", " ").split() if part]


def _must_be_free(path: Path) -> None:
    from offramp.catalogue.problems import InputError, Problem

    if path.exists():
        right = "name another folder, or use 'offramp place improve'"
        raise InputError(Problem(str(path), 0, "", "exists already", right))


def _write_template(path: Path) -> None:
    from offramp.place.clock import today
    from offramp.place.template import template
    from offramp.place.write import write_new

    write_new(path, template(today()))


def _write_prefilled(folder: Path | None, source: str, *, answered: bool) -> None:
    from offramp.catalogue.problems import InputError, Problem
    from offramp.place.clock import today
    from offramp.place.prefilled import prefilled
    from offramp.place.write import write_all_new

    if answered:
        right = "leave the answers out; change place.toml afterwards"
        raise InputError(Problem("--from", 0, "", "and answers exclude each other", right))
    made = prefilled(source.strip().strip("/"), today())
    place = folder or Path(made.slug)
    write_all_new(place, made.files)
    print(f"Wrote {place / 'place.toml'} and {len(made.files) - 1} files beside it.")
    print(f"Next: offramp fit {place}    or: offramp place improve {place}")


def _until_right(text: str, read: Callable[[str], T], default: str = "") -> T:
    """Ask until `read` accepts the answer."""
    from offramp.place.answer import AnswerError

    suffix = " " if text.endswith("?") else ": "
    while True:
        typed = typer.prompt(text, default=default, show_default=False, prompt_suffix=suffix)
        try:
            return read(str(typed))
        except AnswerError as error:
            print(f"  {error}")


def _ask_five(answers: Answers, given: set[str]) -> Answers:
    """The five questions, without those that were answered by flags."""
    from dataclasses import replace

    from offramp.place import reading
    from offramp.place.new import MAINLY

    print("Five questions. Enter skips all but the first; Ctrl-C stops, and nothing is written.")
    found: dict[str, Any] = {}
    print("\n1. Where is it?")
    if "name" not in given:
        found["name"] = _until_right("   Name of the city, district or area", reading.name)
    if "country" not in given:
        found["country"] = _until_right("   Country, two letters (GB, KE, MX)", reading.country)
    if "preset" not in given:
        regions = reading.regions(found.get("country", answers.country))
        for number, (preset_id, preset_name) in enumerate(regions, start=1):
            print(f"   {number:>2}  {preset_name}  [{preset_id}]")
        if regions:
            found["preset"] = _until_right(
                "   In one of these? Number or id (Enter: no)",
                lambda typed: reading.region(typed, regions),
            )
    if "residents" not in given:
        found["residents"] = _until_right("\n2. How many residents?", reading.residents)
    if "mainly" not in given:
        choices = ", ".join(MAINLY)
        found["mainly"] = _until_right(f"\n3. What is used most: {choices}?", reading.mainly)
    if "already" not in given:
        print("\n4. What do you do already?")
        names = reading.option_names()
        for number, (option_id, option_name) in enumerate(names, start=1):
            print(f"   {number:>2}  {option_name}  [{option_id}]")
        found["already"] = _until_right(
            "   Numbers or ids, with commas", lambda typed: reading.options(typed, names)
        )
    print("\n5. What do people ask for?")
    if "asked_residents" not in given:
        found["asked_residents"] = _until_right("   Residents (Enter: not asked)", str.strip)
    if "asked_people" not in given:
        found["asked_people"] = _until_right(
            "   People who use drugs (Enter: not asked)", str.strip
        )
    return replace(answers, **found)


@app.command("improve")
def improve(place: PlaceFolder, as_json: Json = False) -> None:
    """Ask what would change the answers most, at most 25 questions; each answer is saved."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.place.improve import open_questions
    from offramp.place.legal import stale_law
    from offramp.place.load import load

    loaded = load(place)
    full, options = loaded.resolved, load_catalogue().candidates
    found = open_questions(loaded.place, full, options, stale_law(full))
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    if not found:
        print(f"{loaded.place.name}: nothing is left to ask.")
        return
    print(f"{loaded.place.name}: {len(found)} questions, those that would change most first.")
    print("Enter skips a question. Each answer is saved at once; Ctrl-C stops.")
    saved = 0
    try:
        for number, question in enumerate(found, start=1):
            saved += _ask(loaded, question, f"{number} of {len(found)}")
    except (KeyboardInterrupt, typer.Abort):
        print(f"\nStopped. Answers saved: {saved}.", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"\nAnswers saved: {saved}. See: offramp place show {place}")


def _wrapped(text: str, start: str) -> str:
    import textwrap

    return textwrap.fill(text, 79, initial_indent=start, subsequent_indent=start)


def _ask(loaded: LoadedPlace, question: Question, count: str) -> int:
    """Ask one question and save its answer: 1, or 0 when it was skipped."""
    from offramp.place.ask import entry_for
    from offramp.place.save import save

    print("\n" + _wrapped(f"({count}) {question.question}", ""))
    for word, text in (("Why", question.why), ("Where", question.where), ("Now", question.now)):
        print(_wrapped(f"{word}: {text}.", "   "))
    entry = entry_for(question, loaded.place.as_of, _until_right)
    if entry is None:
        return 0
    problem = save(loaded.path, question, entry)
    if problem:
        print(f"   Not saved: {problem}")
        return 0
    return 1
