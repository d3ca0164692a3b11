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

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(help="See what happened, for whom, and whether it worked.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


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
    if as_json:
        print_json(found.as_dict())
    else:
        print(evaluation_text(found))


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


@app.command("suppress")
def suppress_command(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV with one row a group.")],
    by: Annotated[str, typer.Option("--by", help="Columns that make the groups: area,year.")],
    count: Annotated[str, typer.Option("--count", help="The column that is counted.")] = "count",
    threshold: Annotated[
        int, typer.Option("--threshold", min=2, help="Counts from 1 to below this are withheld.")
    ] = 10,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV to write; by default printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a table of counts safe to hand on: small counts, and what would give them away."""
    from offramp.learn.disclosure.table_file import csv_text, protect
    from offramp.place.write import write_new

    columns = [name.strip() for name in by.split(",") if name.strip()]
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
