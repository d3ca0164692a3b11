"""`offramp policy`: an agency's rules as a table that is checked, asked, explained and carried."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from offramp.cli.output import print_json

if TYPE_CHECKING:
    from offramp.policy.read import PolicyFiles
    from offramp.policy.table import Table

app = typer.Typer(
    help="Write, check, ask and explain an agency's rules for drug contacts.",
    no_args_is_help=True,
)

# readable=False: what may not be read is wrong input (exit 1), not a wrong use of the command.
Place = Annotated[
    Path,
    typer.Argument(metavar="PLACE", help="Folder of a place, or of its policy.", readable=False),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
At = Annotated[str | None, typer.Option("--at", metavar="DATE", help="The day; today if left out.")]
Lang = Annotated[str | None, typer.Option("--lang", help="en, es, pt or ru.")]


@app.command("new")
def new(
    place: Place,
    template: Annotated[str, typer.Option("--template", help="Which published practice.")] = "",
) -> None:
    """Start a policy for a place from a template."""
    from offramp.catalogue.problems import InputError, Problem
    from offramp.documents.write import write_all
    from offramp.policy.new import new_policy, template_names

    if not template:
        right = f"it must be one of {', '.join(template_names())}"
        raise InputError(Problem("--template", 0, "", "is missing", right))
    folder, files = new_policy(place, template, _today())
    write_all(folder, files)
    print(f"Wrote {', '.join(str(folder / name) for name in files)}.")
    print(f"Read every clause with a legal adviser, then: offramp policy check {place}")


@app.command("check")
def check(place: Place, as_json: Json = False) -> None:
    """Check a policy: gaps, contradictions, dates, options, texts, citations and its cases."""
    from offramp.policy.check import check_place
    from offramp.policy.faults import in_words

    faults = check_place(place)
    if as_json:
        print_json({"ok": not faults, "problems": [fault.as_dict() for fault in faults]})
    else:
        for fault in faults:
            print(fault, file=sys.stderr)
            if fault.example and fault.kind != "dates_gap":
                print(f"    Smallest example: {in_words(fault.example)}.", file=sys.stderr)
        number = len(faults)
        said = "no problems" if not faults else f"{number} problem{'' if number == 1 else 's'}"
        print(f"{place}: {said}.", file=sys.stderr if faults else sys.stdout)
    if faults:
        raise typer.Exit(1)


@app.command("decide")
def decide(
    place: Annotated[
        Path, typer.Argument(metavar="PLACE", help="A place, or a policy bundle.", readable=False)
    ],
    encounter: Annotated[
        Path | None,
        typer.Argument(metavar="ENCOUNTER", help="JSON file: every fact.", readable=False),
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="fact=value; what is left out: not known.")
    ] = None,
    at: At = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Say what the policy permits in one encounter, what limits it, and what to ask first."""
    from offramp.policy.decide import decide as decided
    from offramp.policy.encounter import encounter_from_file, encounter_from_words
    from offramp.policy.say import answer_text

    table = _table(place, at, lang)
    language = _language(lang, table)
    if encounter is not None:
        facts = encounter_from_file(encounter, fact or [], table)
    else:
        facts = encounter_from_words(fact or [], table)
    answer = decided(table, facts, language)
    if as_json:
        print_json(answer.as_dict())
    else:
        print(answer_text(answer, table))


@app.command("explain")
def explain(
    place: Place,
    at: At = None,
    lang: Lang = None,
    out: Annotated[
        Path | None, typer.Option("-o", help="Folder to write to.", readable=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the policy as a document and a pocket card, as web pages and PDF."""
    from offramp.documents.write import write_all
    from offramp.policy.explain import explained

    files_of, table = _version(place, at, lang)
    language = _language(lang, table)
    folder = out or Path("out") / place.resolve().name / "policy"
    paths = write_all(folder, explained(files_of, table, language))
    if as_json:
        print_json({"files": [str(path) for path in paths], "language": language})
    else:
        for path in paths:
            print(f"Wrote {path}")


@app.command("diff")
def diff(
    a: Annotated[
        Path,
        typer.Argument(metavar="A", help="A place, or a folder with a policy.", readable=False),
    ],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other one.", readable=False)],
    as_json: Json = False,
) -> None:
    """Say which encounters B answers otherwise than A, in words."""
    from offramp.policy.diff import diff_dict

    found = diff_dict(_newest(a), _newest(b))
    if as_json:
        print_json(found)
        return
    print(f"From version {found['a']['version']} to version {found['b']['version']}:")
    for change in found["changes"]:
        print(f"- {change['words']}")
    if found["same"]:
        print("Every encounter is answered the same.")


@app.command("replay")
def replay(
    place: Place,
    contacts: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CONTACTS]",
            help="CSV file of contacts; those in the place's store if left out.",
            readable=False,
        ),
    ] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Whose contacts, where the store has several.")
    ] = None,
    at: At = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", help="Also write period, group and option as CSV.", readable=False),
    ] = None,
    option: Annotated[
        str | None, typer.Option("--option", help="Only this one in the CSV file.")
    ] = None,
    update_place: Annotated[
        bool, typer.Option("--update-place", help="Tell the plan how far the rules reach.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Count past contacts that the policy would have covered, by option, period and group."""
    from offramp.policy.coverage import coverage_csv
    from offramp.policy.coverage import update_place as updated
    from offramp.policy.replay import read_contacts, stored_contacts
    from offramp.policy.replay import replay as replayed
    from offramp.policy.say import replay_text

    table = _table(place, at)
    if contacts is None:
        found = replayed(table, stored_contacts(place, agency), "the place's store")
    else:
        found = replayed(table, read_contacts(contacts), str(contacts))
    rows = coverage_csv(found, option)
    wrote = [updated(place, found)] if update_place else []
    if out is not None:
        from offramp.documents.write import write_all

        wrote += write_all(out.parent, {out.name: rows})
    if as_json:
        print_json(found)
    else:
        print(replay_text(found))
    for path in wrote:
        print(f"Wrote {path}", file=sys.stderr)


@app.command("bundle")
def bundle(
    place: Place,
    out: Annotated[
        Path | None, typer.Option("-o", help="The file to write.", readable=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Write all versions as one JSON file with a hash, for a phone, and its script."""
    from offramp.documents.write import write_all
    from offramp.policy.bundle import bundle as bundled
    from offramp.policy.bundle import bundle_bytes
    from offramp.policy.table import build_table, option_names
    from offramp.policy.versions import overlaps, read_versions

    versions = read_versions(place, cases_too=False)
    doubled = list(overlaps(versions))
    if doubled:
        from offramp.catalogue.problems import InputError

        raise InputError(doubled)
    names = option_names()
    made = bundled([build_table(files, names) for files in versions])
    if as_json:
        print_json(made)
        return
    path = out or Path("out") / place.resolve().name / "policy-bundle.json"
    twin = (Path(__file__).parents[1] / "policy" / "twin.js").read_bytes()
    paths = write_all(path.parent, {path.name: bundle_bytes(made), "policy-twin.js": twin})
    print(f"Wrote {paths[0]} (hash {made['hash'][:12]}) and {paths[1]}")


def _today() -> date:
    return date.today()  # noqa: DTZ011 (the user's own day is meant)


def _at(at: str | None) -> date:
    if at is None:
        return _today()
    try:
        return date.fromisoformat(at)
    except ValueError:
        raise typer.BadParameter(f'"{at}" is not a date such as 2026-11-23') from None


def _version(place: Path, at: str | None, lang: str | None = None) -> tuple[PolicyFiles, Table]:
    from offramp.policy.schema import LANGUAGES
    from offramp.policy.table import build_table
    from offramp.policy.versions import in_force, read_versions

    files = in_force(read_versions(place, cases_too=False), _at(at))
    spoken = lang if lang in LANGUAGES else files.policy.languages[0]
    return files, build_table(files, fixed_in=[spoken, "en"])


def _table(place: Path, at: str | None, lang: str | None = None) -> Table:
    """The table in force, from a place or from a bundle."""
    if place.suffix.lower() == ".json":
        from offramp.policy.bundle import read_bundle
        from offramp.policy.versions import table_in_force

        return table_in_force(read_bundle(place), _at(at), str(place))
    _, table = _version(place, at, lang)
    return table


def _newest(folder: Path) -> Table:
    """The version in force today, else the newest."""
    from offramp.catalogue.problems import InputError
    from offramp.policy.table import build_table
    from offramp.policy.versions import in_force, read_versions

    versions = read_versions(folder, cases_too=False)
    try:
        return build_table(in_force(versions, _today()))
    except InputError:
        return build_table(versions[-1])


def _language(lang: str | None, table: Table) -> str:
    from offramp.catalogue.problems import InputError, Problem
    from offramp.policy.schema import LANGUAGES

    if lang is None:
        return table.languages[0]
    if lang not in LANGUAGES:
        right = f"it must be one of {', '.join(LANGUAGES)}"
        raise InputError(Problem("--lang", 0, "", f'is "{lang}"', right))
    if lang not in table.languages:
        shown = ", ".join(table.languages)
        print(f"Note: this policy has its texts in {shown}, not in {lang}.", file=sys.stderr)
    return lang
