"""`offramp guide`: what police can do besides arrest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, overload

import typer

from offramp.cli.language import LanguageCode, speak
from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder

if TYPE_CHECKING:
    from offramp.place.load import LoadedPlace

app = typer.Typer(help="What police can do besides arrest.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
OptionId = Annotated[str, typer.Argument(metavar="ID", help="An id from 'guide list'.")]
Out = Annotated[
    Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to.", readable=False)
]
Place = Annotated[
    Path | None,
    typer.Option("--place", metavar="PLACE", help="Fit it to this place.", readable=False),
]
PAPERS = ("a4", "letter")
PaperName = Annotated[str, typer.Option("--paper", metavar="a4|letter", help="Size of the paper.")]


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


@app.command("short")
def short(lang: LanguageCode = "en", out: Out = None, paper: PaperName = "a4") -> None:
    """Write the short guide, at most 16 pages, as PDF. No place is needed."""
    from offramp.catalogue.load import load
    from offramp.guide.short import short_pdf

    speak(lang)
    size = _paper(paper)
    _write(out or Path(f"offramp-short-{lang}.pdf"), lambda: short_pdf(load(), size))


@app.command("card")
def card(
    option_id: OptionId,
    place: Place = None,
    lang: LanguageCode = "en",
    out: Out = None,
    paper: PaperName = "a4",
) -> None:
    """Write a one-page card for officers as PDF. With --place: only where it is allowed."""
    from offramp.catalogue.load import load
    from offramp.documents.pdf import render_pdf
    from offramp.guide.card import card_document

    speak(lang)
    document = card_document(load(), option_id, _paper(paper), _place(place))
    _write(out or Path(f"{option_id}-card-{lang}.pdf"), lambda: render_pdf(document))


@app.command("kit")
def kit(
    option_id: OptionId, lang: LanguageCode = "en", out: Out = None, paper: PaperName = "a4"
) -> None:
    """Write the papers to adopt an option as an editable DOCX: drafts, to be checked locally."""
    from offramp.catalogue.load import load
    from offramp.documents.docx import render_docx
    from offramp.guide.kit import kit_document

    speak(lang)
    document = kit_document(load(), option_id, _paper(paper))
    _write(out or Path(f"{option_id}-kit-{lang}.docx"), lambda: render_docx(document))


@app.command("like")
def like_places(
    place: PlaceFolder,
    lang: LanguageCode = "en",
    most: Annotated[int, typer.Option("--most", min=1, help="How many are shown.")] = 10,
    as_json: Json = False,
) -> None:
    """List agencies most like yours first, with why."""
    from offramp.catalogue.load import load
    from offramp.guide.like import like, like_text

    speak(lang)
    loaded = _place(place)
    rows = like(loaded.resolved, load())
    if as_json:
        print_json([row.as_dict() for row in rows])
    else:
        print(like_text(loaded.resolved, rows, most))


@app.command("export")
def export(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder to write; made if missing.", readable=False),
    ],
    place: Place = None,
    lang: LanguageCode = "en",
) -> None:
    """Write the whole guide as a folder of pages that open without a server or the internet."""
    from offramp.catalogue.load import load
    from offramp.documents.write import check_folder, write_all
    from offramp.guide.site.make import site
    from offramp.languages import _

    speak(lang)
    check_folder(folder)
    files = site(load(), _place(place))
    write_all(folder, files)
    size = f"{sum(map(len, files.values())) / 1_000_000:.1f}"
    print(
        _(
            "Wrote {count} files ({size} MB); open {page}",
            count=len(files),
            size=size,
            page=folder / "index.html",
        )
    )


@overload
def _place(folder: Path) -> LoadedPlace: ...
@overload
def _place(folder: Path | None) -> LoadedPlace | None: ...
def _place(folder: Path | None) -> LoadedPlace | None:
    """The place, its warnings told; None without one."""
    if folder is None:
        return None
    from offramp.place.load import load

    loaded = load(folder)
    for warning in loaded.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    return loaded


def _paper(name: str) -> Any:
    """A known size of paper. Raises InputError."""
    if name in PAPERS:
        return name
    from offramp.catalogue.problems import InputError, Problem
    from offramp.catalogue.validation_words import did_you_mean

    right = did_you_mean(name, PAPERS, "sizes")
    raise InputError(Problem("--paper", 0, "", f'is "{name}", which is not known', right))


def _write(target: Path, made: Callable[[], bytes]) -> None:
    """One file, whole or not at all; then say where it is."""
    from offramp.documents.write import check_folder, write_all
    from offramp.languages import _

    check_folder(target.parent)
    (path,) = write_all(target.parent, {target.name: made()})
    print(_("Wrote {file}", file=path))


@app.command("check")
def check(
    strict: Annotated[
        bool, typer.Option("--strict", help="Ask for all of a finished guide; 3 on warnings.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the catalogue: ids, numbers, units, words; with --strict also that it is whole."""
    from offramp.catalogue.check import problems
    from offramp.catalogue.load import load
    from offramp.catalogue.problems import InputError
    from offramp.guide.check import surroundings, warnings
    from offramp.guide.strict import strict_problems
    from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES

    found = problems(None, surroundings((*LAW_TOPICS, *HAZARD_TOPICS), SERVICES))
    if strict and not found:
        found = strict_problems(load())
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
        whole = " and whole" if strict else ""
        print(
            f"The catalogue is sound{whole}: {len(catalogue.options)} options, "
            f"{len(catalogue.examples)} examples, {len(catalogue.evidence)} evidence records, "
            f"{len(catalogue.indicators)} indicators; "
            f"{len(hints)} {'warning' if len(hints) == 1 else 'warnings'}."
        )
    if hints and strict:
        raise typer.Exit(3)
