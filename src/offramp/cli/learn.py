"""`offramp learn`: what happened, for whom, and whether it worked.

One function a command; imports of what is heavy stand inside it.
"""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from offramp.cli.output import print_json
from offramp.cli.place_folder import PlaceFolder

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(help="See what happened, for whom, and whether it worked.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Agency = Annotated[
    str | None, typer.Option("--agency", help="Which agency of the data is the place's own.")
]
Areas = Annotated[
    list[str] | None,
    typer.Option("--area", help="An area of the data that belongs to the place; may be repeated."),
]
Ethnicity = Annotated[str, typer.Option("--ethnicity", help="Whose word counts: self or officer.")]
Threshold = Annotated[
    int, typer.Option("--threshold", min=2, help="Counts from 1 to below this are withheld.")
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="Write CSV, XLSX, HTML and PDF there."),
]


@app.callback()
def learn() -> None:
    """See what happened, for whom, and whether it worked."""


@app.command("evaluate")
def evaluate_command(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="study.toml, or the folder that holds it.")
    ],
    lock: Annotated[
        bool, typer.Option("--lock", help="Freeze the plan before results are seen; show none.")
    ] = False,
    feed: Annotated[
        Path | None,
        typer.Option(
            "--feed", metavar="PLACE", help="Write the effect into this place, for its plan."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write HTML and PDF there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Evaluate a pilot: helps, harms, no difference that matters, or cannot tell, and why."""
    from offramp.learn.evaluate import evaluate
    from offramp.learn.lock import note_look
    from offramp.learn.study_file import study_path
    from offramp.learn.text import evaluation_text

    if lock:
        _lock(study, as_json)
        return
    found = evaluate(study, _today())
    if found.lock is None:
        note_look(study_path(study), found.study, _today())
    document = found.as_dict()
    if feed is not None:
        from offramp.cli.feed import feed_place

        document["fed"] = feed_place(found, str(study_path(study)), feed, _today())
    if out is not None:
        from offramp.documents.write import write_all
        from offramp.learn.report.evaluation import files

        for path in write_all(out, files(found, _today())):
            print(f"Wrote {path}", file=sys.stderr)
    if as_json:
        print_json(document)
        return
    if out is None:
        print(evaluation_text(found))
    if feed is not None:
        from offramp.cli.feed import feed_text

        print(f"\n{feed_text(document['fed'])}")


def _today() -> date:
    return datetime.now().astimezone().date()


def _lock(study: Path, as_json: bool) -> None:
    from offramp.learn.evaluate import lock_study
    from offramp.learn.lock import lock_path, lock_text
    from offramp.learn.study_file import study_path
    from offramp.place.write import write_new

    held, new = lock_study(study, _today())
    path = lock_path(study_path(study))
    if new:
        write_new(path, lock_text(held))
    if as_json:
        print_json(
            {
                "hash": held.hash,
                "locked_on": held.locked_on,
                "before_results": held.blind,
                "file": str(path),
            }
        )
        return
    print(f"{'Locked' if new else 'Locked already'} on {held.locked_on}: {path}")
    print(f"Hash: {held.hash}")
    print("Send the hash to a partner: it proves later that the plan is still the same.")
    if not held.blind:
        print(
            "Note: results could have been known already; reports of this study say so.",
            file=sys.stderr,
        )


@app.command("indicators")
def indicators_command(
    place: PlaceFolder,
    by: Annotated[
        str, typer.Option("--by", help="Length of a period: year, quarter or month.")
    ] = "year",
    first: Annotated[str, typer.Option("--from", help="First period: 2019-04 or 2019.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last period.")] = "",
    only: Annotated[str, typer.Option("--only", help="Ids, with commas between: iP1,iE2.")] = "",
    agency: Agency = None,
    area: Areas = None,
    ethnicity: Ethnicity = "self",
    threshold: Threshold = 10,
    out: Output = None,
    update_place: Annotated[
        bool,
        typer.Option("--update-place", help="Write contacts and how they end into place.toml."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Every indicator the data allow, with ranges; refuses what they cannot bear, and says why."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.learn.indicators.asked import asked_for
    from offramp.learn.indicators.make import indicators
    from offramp.learn.indicators.text import report_text
    from offramp.place.load import load

    loaded, catalogue = load(place), load_catalogue()
    asked = asked_for(
        catalogue, by=by, first=first, last=last, only=only, agency=agency, areas=area or [],
        ethnicity=ethnicity, threshold=threshold,
    )  # fmt: skip
    report = indicators(loaded, catalogue, asked)
    if out is not None:
        from offramp.documents.write import write_all
        from offramp.learn.report.indicators import files

        for path in write_all(out, files(report)):
            print(f"Wrote {path}", file=sys.stderr)
    document = report.as_dict()
    if update_place:
        from offramp.learn.indicators.into_place import update

        document["place_updated"] = update(loaded, asked)
    if as_json:
        print_json(document)
        return
    if out is None:
        print(report_text(report))
    for line in document.get("place_updated", []):
        print(f"place.toml: {line}")


@app.command("disparities")
def disparities_command(
    place: PlaceFolder,
    by: Annotated[str, typer.Option("--by", help="Groups: ethnicity, sex or age.")] = "ethnicity",
    reference: Annotated[
        str | None, typer.Option("--reference", help="The group that others are held against.")
    ] = None,
    first: Annotated[str, typer.Option("--from", help="First month or year.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last month or year.")] = "",
    agency: Agency = None,
    area: Areas = None,
    ethnicity: Ethnicity = "self",
    threshold: Threshold = 10,
    latitude: Annotated[
        float | None, typer.Option("--latitude", help="Degrees north, for daylight and darkness.")
    ] = None,
    longitude: Annotated[float | None, typer.Option("--longitude", help="Degrees east.")] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Such as Europe/London.")
    ] = None,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Are groups treated alike? Five tests, the limits of each, and what cannot be told."""
    from offramp.learn.disparities.asked import question_for
    from offramp.learn.disparities.make import disparities
    from offramp.learn.disparities.text import report_text
    from offramp.place.load import load

    loaded = load(place)
    question = question_for(
        by=by, reference=reference, first=first, last=last, agency=agency, areas=area or [],
        ethnicity=ethnicity, threshold=threshold, latitude=latitude, longitude=longitude,
        time_zone=time_zone,
    )  # fmt: skip
    found = disparities(loaded, question)
    if out is not None:
        from offramp.documents.write import write_all
        from offramp.learn.report.disparities import files

        for path in write_all(out, files(found)):
            print(f"Wrote {path}", file=sys.stderr)
    if as_json:
        print_json(found.as_dict())
    elif out is None:
        print(report_text(found))


@app.command("alerts")
def alerts_command(
    place: PlaceFolder,
    budget: Annotated[
        float, typer.Option("--budget", help="False alarms a year that are bearable, in all.")
    ] = 1.0,
    detector: Annotated[
        str, typer.Option("--detector", help="farrington, cusum, c1, c2 or c3.")
    ] = "farrington",
    reader: Annotated[
        str, typer.Option("--for", help="Who reads it: health, or police (who see less).")
    ] = "health",
    last: Annotated[
        int, typer.Option("--last", min=0, help="Weeks or months to look at; 0: the usual.")
    ] = 0,
    until: Annotated[
        str, typer.Option("--until", help="Read nothing after this week or month.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="week or month; by default weeks.")] = "",
    substance: Annotated[str, typer.Option("--substance", help="Watch this one.")] = "any",
    area: Areas = None,
    scan: Annotated[
        Path | None,
        typer.Option(
            "--scan", metavar="FILE", help="Look for clusters: CSV of area, latitude, longitude."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write HTML and PDF there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """More overdoses or deaths than usual: early warning for health partners."""
    from offramp import __version__
    from offramp.data.store import open_store
    from offramp.learn.alerts.asked import asked_for
    from offramp.learn.alerts.audience import document_for
    from offramp.learn.alerts.run_log import append, entry
    from offramp.learn.alerts.text import alerts_text
    from offramp.learn.alerts.watch import watch
    from offramp.place.load import load

    asked, audience = asked_for(
        budget=budget, detector=detector, reader=reader, last=last, until=until, by=by,
        substance=substance, areas=area or [], scan=scan, seed=seed,
    )  # fmt: skip
    loaded, store = load(place), open_store(place)
    print("Simulating years in which nothing new happens …", file=sys.stderr)
    report = watch(loaded, store, asked)
    if out is not None:
        from offramp.documents.write import write_all
        from offramp.learn.alerts.pages import files

        for path in write_all(out, files(report, audience)):
            print(f"Wrote {path}", file=sys.stderr)
    append(store.folder, entry(report, audience, datetime.now().astimezone(), __version__))
    if as_json:
        print_json(document_for(report, audience))
    elif out is None:
        print(alerts_text(report, audience))


@app.command("suppress")
def suppress_command(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV with one row a group.")],
    by: Annotated[str, typer.Option("--by", help="Columns that make the groups: area,year.")],
    count: Annotated[str, typer.Option("--count", help="The column that is counted.")] = "count",
    threshold: Annotated[
        int, typer.Option("--threshold", min=2, help="Counts from 1 to below this are withheld.")
    ] = 10,
    epsilon: Annotated[
        float | None,
        typer.Option(
            "--epsilon", min=0.01, max=10, help="Withhold nothing; add noise (needs 'privacy')."
        ),
    ] = None,
    rows_of_one: Annotated[
        int, typer.Option("--rows-of-one", min=1, help="The most that one person adds to counts.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV to write; by default printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a table of counts safe to hand on: small counts withheld, or noise in every cell."""
    from offramp.learn.disclosure.table_file import csv_text, protect
    from offramp.place.write import write_new

    columns = [name.strip() for name in by.split(",") if name.strip()]
    if epsilon is not None:
        _noisy(table, columns, count, epsilon, rows_of_one, out, as_json)
        return
    safe = protect(table, columns, count, threshold)
    text = csv_text(safe)
    hidden = int(safe.hidden.sum())
    if out is not None:
        write_new(out, text)
    if as_json:
        rows = list(csv.reader(text.splitlines()))
        print_json({"threshold": threshold, "withheld": hidden, "small": safe.small, "rows": rows})
    elif out is None:
        print(text, end="")
    words = f"{hidden} of {safe.cells.size} cells withheld: {safe.small} are small, the rest"
    print(f"{words} would give them away.", file=sys.stderr)


def _noisy(
    table: Path,
    columns: list[str],
    count: str,
    epsilon: float,
    rows_of_one: int,
    out: Path | None,
    as_json: bool,
) -> None:
    from offramp.learn.disclosure.private import csv_text, share
    from offramp.place.write import write_new

    noisy = share(table, columns, count, epsilon, rows_of_one)
    text = csv_text(noisy)
    if out is not None:
        write_new(out, text)
    if as_json:
        rows = list(csv.reader(text.splitlines()))
        print_json({"epsilon": epsilon, "rows_of_one": rows_of_one, "within": noisy.within,
                    "rows": rows})  # fmt: skip
    elif out is None:
        print(text, end="")
    print(
        f"Noise was added: 95 of 100 cells lie within {noisy.within} of their count; totals less "
        f"near.\nRun it once: each further table on the same people adds its epsilon "
        f"({epsilon:g}) to what is given away.",
        file=sys.stderr,
    )
