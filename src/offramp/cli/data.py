"""`offramp data`: check, import and take back files of police, health and services; the survey."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from offramp.cli.output import print_json

if TYPE_CHECKING:
    from offramp.data.reading import Options
    from offramp.data.store import Store

app = typer.Typer(
    help="Read public and agency data: check files, import them, take them back.",
    no_args_is_help=True,
)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files, folders or zips.", readable=False)
]
PlaceOption = Annotated[
    Path | None,
    typer.Option(
        "--place", metavar="PLACE", help="Folder of the place the data belong to.", readable=False
    ),
]
AsOption = Annotated[
    str | None, typer.Option("--as", metavar="KIND", help="The kind of file, if it is not clear.")
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="Your own mapping file, from 'offramp data map'.", readable=False
    ),
]
AgencyOption = Annotated[
    str | None, typer.Option("--agency", help="Whose data these are, if the file does not say.")
]
AreasOption = Annotated[
    Path | None,
    typer.Option("--areas", help="GeoJSON of areas; points become these areas.", readable=False),
]
AreaNameOption = Annotated[
    str | None, typer.Option("--area-name", help="The property that names an area.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit 3 when there are warnings.")]


@app.command("check")
def check(
    files: Files,
    kind: AsOption = None,
    mapping: MappingOption = None,
    agency: AgencyOption = None,
    areas: AreasOption = None,
    area_name: AreaNameOption = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read files without keeping anything; say what they are worth and what they cannot bear."""
    from offramp.data.importing import check_files
    from offramp.data.quality import is_warning, vocabulary_changes
    from offramp.data.raw import sources
    from offramp.data.report_text import report_text

    options = _options(kind, mapping, agency, areas, area_name)
    reports, together = check_files(sources(files), options, _say)
    document = {
        "files": reports,
        "gaps": together.gaps(),
        "vocabulary_changes": vocabulary_changes(together.words),
        "refusals": [refusal.as_dict() for refusal in together.refusals()],
    }
    if as_json:
        print_json(document)
    else:
        print(report_text(document))
    if strict and (document["refusals"] or any(is_warning(report) for report in reports)):
        raise typer.Exit(3)


@app.command("import")
def import_(
    files: Files,
    place: PlaceOption = None,
    kind: AsOption = None,
    mapping: MappingOption = None,
    agency: AgencyOption = None,
    areas: AreasOption = None,
    area_name: AreaNameOption = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring files into the place's store, which only you can read. All of them, or none."""
    from offramp.data.importing import import_files
    from offramp.data.quality import is_warning
    from offramp.data.raw import sources
    from offramp.data.report_text import imported_text

    place, files = _place_of(place, files)
    store = _store(place)
    options = _options(kind, mapping, agency or _own_name(place), areas, area_name)
    done = import_files(store, sources(files), options, _say)
    if as_json:
        print_json(
            {
                "store": str(store.folder),
                "imported": [_told(one) for one in done.new],
                "already_there": list(done.known),
                "reports": list(done.reports),
            }
        )
    else:
        print(imported_text(store, done))
    if strict and any(is_warning(report) for report in done.reports):
        raise typer.Exit(3)


@app.command("list")
def list_(place: PlaceOption = None, as_json: JsonOption = False) -> None:
    """What was imported for a place."""
    from offramp.data.report_text import list_text

    store = _store(_place_of(place, [])[0])
    imports = store.imports()
    if as_json:
        print_json({"store": str(store.folder), "imports": [_told(one) for one in imports]})
    else:
        print(list_text(store, imports))


@app.command("forget")
def forget(
    which: Annotated[
        str | None, typer.Argument(metavar="[IMPORT]", help="Its id, or the file's name.")
    ] = None,
    place: PlaceOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All data of the place.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take an import back: its rows are deleted."""
    from offramp.catalogue.problems import InputError, Problem
    from offramp.data.importing import forget as take_back

    if (which is None) != everything:
        raise InputError(
            Problem("data forget", 0, "", "needs one import, or --all", "see 'offramp data list'")
        )
    gone = take_back(_store(_place_of(place, [])[0]), which)
    if as_json:
        print_json({"forgotten": [_told(one) for one in gone]})
    else:
        for one in gone:
            print(f"Taken back: {one.file} ({one.rows:,} rows).")
        if not gone:
            print("There was nothing.")


@app.command("map")
def map_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that no reader knows.", readable=False)
    ],
    table: Annotated[str | None, typer.Option(help="The table its rows are for.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write there; otherwise print.", readable=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a mapping file, for you to check and finish."""
    from offramp.catalogue.problems import InputError, Problem
    from offramp.catalogue.validation_words import listed
    from offramp.data.mapping import propose
    from offramp.data.raw import sources
    from offramp.data.tables import tables

    if table is not None and table not in tables():
        raise InputError(
            Problem("--table", 0, "", f"'{table}' is not a table", f"one of {listed(tables())}")
        )
    text = propose(sources([file])[0], table)
    if out is not None:
        if out.exists():
            raise InputError(Problem(str(out), 0, "", "exists already", "name another file"))
        out.write_text(text, encoding="utf-8", newline="\n")
        print(f"Wrote {out}. Check every line marked CHECK.", file=sys.stderr)
    if as_json:
        print_json({"mapping": text})
    elif out is None:
        print(text, end="")


@app.command("survey")
def survey(
    lang: Annotated[str, typer.Option("--lang", help="en, es, pt or ru.")] = "en",
    out: Annotated[
        Path, typer.Option("-o", "--output", help="Folder to write to.", readable=False)
    ] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Six questions to people who use drugs, on paper: a service asks, you get totals."""
    from offramp.data.paper.sheet import files
    from offramp.documents.write import write_all

    written = write_all(out, files(lang))
    if as_json:
        print_json({"files": [str(path) for path in written]})
    else:
        for path in written:
            print(f"Wrote {path}")
        print("A service or peers ask, keep and count the sheets; totals come in with import.")


def _options(
    kind: str | None,
    mapping: Path | None,
    agency: str | None,
    areas: Path | None,
    area_name: str | None,
) -> Options:
    from offramp.catalogue.problems import InputError, Problem
    from offramp.data.areas import read_areas
    from offramp.data.reading import Options
    from offramp.data.rules import read_rules, reader_called
    from offramp.data.words import agency_name

    if kind is not None and mapping is not None:
        raise InputError(Problem("--as", 0, "", "and --mapping exclude each other", "give one"))
    reader = reader_called(kind) if kind else read_rules(mapping) if mapping else None
    return Options(
        reader=reader,
        mapping=mapping is not None,
        agency=agency_name(agency) if agency else "unknown",
        areas=read_areas(areas, area_name) if areas else None,
    )


def _place_of(place: Path | None, files: list[Path]) -> tuple[Path, list[Path]]:
    """The place: named, among the files, or the folder we stand in."""
    from offramp.catalogue.problems import InputError, Problem

    if place is None:
        among = [path for path in files if (path / "place.toml").is_file()]
        if among:
            place, files = among[0], [path for path in files if path != among[0]]
        elif Path("place.toml").is_file():
            place = Path()
        else:
            raise InputError(
                Problem("--place", 0, "", "is not said", "the folder that holds place.toml")
            )
    return place, files


def _store(place: Path) -> Store:
    from offramp.data.store import open_store

    return open_store(place)


def _own_name(place: Path) -> str:
    from offramp.place.load import load

    return load(place).place.name


def _told(one: Any) -> dict[str, Any]:
    return {
        name: getattr(one, name)
        for name in ("id", "reader", "file", "rows", "tables", "agencies", "first", "last", "on")
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr)
