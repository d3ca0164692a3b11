"""Bring files into the store, all or none; take them back.

An import is known by what the file holds, so that the same file, also packed otherwise, is taken
once. A file that covers months that another import of the same agency and reader covers already
is refused: rows have no number, and counting them twice could not be undone by looking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.data.in_sql import read_in_sql
from offramp.data.owner_only import close_to_others, only_one
from offramp.data.quality import Tally, merged, report_on
from offramp.data.raw import Source, fingerprint
from offramp.data.reading import Options, read_file
from offramp.data.store import Import, Store, prepare
from offramp.data.tables import SOURCE, SQL_TYPES, tables

if TYPE_CHECKING:
    import pandas as pd

EDGE = 0.1  # of an agency's largest month in the file

Say = Callable[[str], None]


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True)
class Imported:
    """What an import did. known: files that were in the store already."""

    new: tuple[Import, ...]
    known: tuple[str, ...]
    reports: tuple[dict[str, Any], ...]


def check_files(
    sources: Sequence[Source], options: Options, say: Say = _silent
) -> tuple[list[dict[str, Any]], Tally]:
    """Read files without keeping anything: a report for each, and a tally of all contacts.

    Raises InputError with the problems of all files together."""
    problems: list[Problem] = []
    reports: list[dict[str, Any]] = []
    tallies: list[Tally] = []
    for source in sources:
        say(f"Reading {source.shown} ...")
        tally = Tally()
        frames: dict[str, list[pd.DataFrame]] = {}

        def take(
            table: str,
            frame: pd.DataFrame,
            tally: Tally = tally,
            frames: dict[str, list[pd.DataFrame]] = frames,
        ) -> None:
            if table == "contacts":
                tally.add(frame)
            else:
                frames.setdefault(table, []).append(frame)

        try:
            fast = read_in_sql(source, options, None)
            if fast is None:
                read = read_file(source, options, take)
                tally.words = read.words
            else:
                read, tally = fast
            reports.append(report_on(read, tally, frames))
            tallies.append(tally)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return reports, merged(tallies)


def import_files(
    store: Store, sources: Sequence[Source], options: Options, say: Say = _silent
) -> Imported:
    """Import files, all of them or, when one has a problem, none.

    Raises InputError: problems of any file, or two that cover the same."""
    prepare(store)
    with only_one(store.folder / "lock"):
        old = store.imports()
        ids = {one.id for one in old}
        new: list[Import] = []
        known: list[str] = []
        reports: list[dict[str, Any]] = []
        problems: list[Problem] = []
        written: list[Path] = []
        try:
            for source in sources:
                say(f"Reading {source.shown} ...")
                try:
                    number = _id(source, options)
                    if number in ids:
                        known.append(source.shown)
                        continue
                    one, report = _write(store, source, options, number, written)
                    clash = _overlap(one, [*old, *new])
                    if clash is not None:
                        problems.append(clash)
                    ids.add(number)
                    new.append(one)
                    reports.append(report)
                except InputError as error:
                    problems += error.problems
            if problems:
                raise InputError(problems)
            store.write_imports([*old, *new])
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return Imported(tuple(new), tuple(known), tuple(reports))


def forget(store: Store, which: str | None) -> list[Import]:
    """Take imports back: one by its id or its file's name, or all (None). Returns them.

    Raises InputError: nothing of that id or name."""
    if which is None:
        gone = _all_or_damaged(store)
        if store.folder.exists():
            for path in store.folder.iterdir():
                path.unlink()
            store.folder.rmdir()
        return gone
    found = [one for one in store.imports() if which in (one.id, one.file, Path(one.file).name)]
    if not found:
        raise InputError(
            Problem(which, 0, "", "was not imported", "see 'offramp data list' for what was")
        )
    with only_one(store.folder / "lock"):
        store.write_imports([one for one in store.imports() if one not in found])
        store.sweep()
    return found


def _all_or_damaged(store: Store) -> list[Import]:
    try:
        return store.imports()
    except InputError:
        return []


def _id(source: Source, options: Options) -> str:
    """From what the file holds and how it is read."""
    how = options.reader.model_dump_json() if options.reader and options.mapping else ""
    digest = hashlib.sha256(f"{fingerprint(source)}|{how}".encode())
    return digest.hexdigest()[:12]


def _write(
    store: Store, source: Source, options: Options, number: str, written: list[Path]
) -> tuple[Import, dict[str, Any]]:
    import duckdb

    tally = Tally()
    frames: dict[str, list[pd.DataFrame]] = {}
    rows: dict[str, int] = {}
    covers: set[str] = set()
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")

        def take(table: str, frame: pd.DataFrame) -> None:
            rows[table] = rows.get(table, 0) + len(frame)
            if table == "contacts":
                tally.add(frame)
            else:
                covers.update(_covered(table, frame))
                frames.setdefault(table, []).append(frame)
            part = sum(1 for path in written if path.name.startswith(f"{table}-{number}-"))
            path = store.folder / f"{table}-{number}-{part:04d}.parquet"
            written.append(path)
            _write_part(connection, table, frame, number, path)

        path = store.folder / f"contacts-{number}-0000.parquet"
        written.append(path)
        fast = read_in_sql(source, options, (number, path))
        if fast is None:
            written.remove(path)
            read = read_file(source, options, take)
        else:
            read, tally = fast
            rows["contacts"] = sum(month.rows for month in tally.months.values())
    covers.update(_months_covered(tally))
    periods = sorted(cover.rsplit("|", 1)[1] for cover in covers)
    one = Import(
        id=number,
        reader=read.reader.id,
        file=source.shown,
        rows=read.rows,
        tables=rows,
        agencies=sorted({cover.split("|")[1] for cover in covers}),
        first=periods[0] if periods else "",
        last=periods[-1] if periods else "",
        covers=sorted(covers),
        notes=list(read.reader.notes),
        on=datetime.now(UTC).date().isoformat(),
    )
    return one, report_on(read, tally, frames)


def _write_part(connection: Any, table: str, frame: pd.DataFrame, number: str, path: Path) -> None:
    """One Parquet file; it appears whole. The store's folder is closed to others already."""
    columns = ", ".join(
        f'CAST("{c.name}" AS {SQL_TYPES[c.kind]}) AS "{c.name}"' for c in tables()[table].columns
    )
    beside = path.with_name(path.name + ".part")
    connection.register("part", frame)
    connection.execute(
        f"COPY (SELECT {columns}, '{number}' AS {SOURCE} FROM part) "
        f"TO '{str(beside).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.unregister("part")
    close_to_others(beside)
    beside.replace(path)


def _months_covered(tally: Tally) -> set[str]:
    """Agency and month of contacts. A month with next to nothing is the hour of summer time that
    a monthly file has of the month after: it is not covered."""
    most: dict[str, int] = {}
    for (agency, _), month in tally.months.items():
        most[agency] = max(most.get(agency, 0), month.rows)
    return {
        f"contacts|{agency}|month|{name}"
        for (agency, name), month in tally.months.items()
        if month.rows >= EDGE * most[agency]
    }


def _covered(table: str, frame: pd.DataFrame) -> set[str]:
    """What a frame of counts covers: agency, what is counted and how, and period."""
    if table == "cohorts":
        return {f"{table}|{study}||" for study in frame["study"].unique()}
    counted = [
        name
        for name in ("measure", "definition", "question", "substance", "area_kind")
        if name in frame
    ]
    some = frame[["agency", *counted, "period_kind", "period"]].drop_duplicates()
    return {
        f"{table}|{row[0]}|" + "/".join(str(part) for part in row[1:-1]) + f"|{row[-1]}"
        for row in some.itertuples(index=False)
    }


def _overlap(one: Import, others: Sequence[Import]) -> Problem | None:
    """A file must not cover what another covers; residents may stand in several files."""
    mine = {cover for cover in one.covers if not cover.startswith("populations|")}
    for other in others:
        both = sorted(mine & set(other.covers))
        if other.reader != one.reader or not both:
            continue
        periods = sorted({cover.rsplit("|", 1)[1] for cover in both})
        shown = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
        agency = both[0].split("|")[1]
        return Problem(
            one.file,
            0,
            "",
            f"covers {agency} {shown}, which {other.file} covers already",
            f"take that one back first: offramp data forget {other.id}",
        )
    return None
