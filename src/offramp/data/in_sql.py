"""Contacts of a well-formed file, read by DuckDB: many times faster than row frames.

The reader's rules stay what they are: `rules_in_sql` writes them as SQL. Whatever is not plainly
well formed (another encoding, a torn row, a date that is none or lies ahead, another way to write
dates) makes `read_in_sql` return None: then `reading.read_file` reads the file and says what is
wrong with it, row by row.

A packed file is unpacked into a file without a name, which goes when the process goes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError
from offramp.data.raw import BLOCK, Header, Source, torn_is_told
from offramp.data.rules import Read, Reader
from offramp.data.rules_in_sql import (
    chosen,
    contacts_view,
    derived,
    has_points,
    named,
    quoted,
    word_tables,
)
from offramp.data.tables import SOURCE
from offramp.data.tally_in_sql import tally_of
from offramp.data.translate import Context

if TYPE_CHECKING:
    import duckdb

    from offramp.data.quality import Tally
    from offramp.data.reading import FileRead, Options

IN_MEMORY = 256 << 20  # bytes; a larger file is scanned again for each question instead
MEMORY = "2500MB"


def _can_try(source: Source, reader: Reader, header: Header, options: Options) -> bool:
    """True for files whose rows are contacts and whose rules are simple enough."""
    if reader.trailer or reader.unpivot or options.areas or len(reader.read) > 1:
        return False
    read = reader.read[0]
    date = read.columns.get("date")
    odd = {"n", "period", "months"} & set(read.columns)
    drops = any(
        "drop" in (rule.other, rule.blank, *rule.values.values()) for rule in read.columns.values()
    )
    present = [name for name in date.sources if name in header.columns] if date else []
    return bool(
        read.table == "contacts"
        and not odd
        and not drops
        and date is not None
        and date.form == "iso"
        and len(present) == 1
        and header.encoding == "utf-8-sig"
        and (not _packed(source) or os.name == "posix")
    )


def _packed(source: Source) -> bool:
    if source.member is not None:
        return True
    with source.path.open("rb") as file:
        start = file.read(6)
    return start.startswith((b"\xfd7zXZ", b"\x1f\x8b"))


@contextmanager
def plain_file(source: Source) -> Iterator[tuple[str, int]]:
    """A path that DuckDB can read, and the size."""
    if not _packed(source):
        yield str(source.path), source.path.stat().st_size
        return
    with tempfile.TemporaryFile() as beside:
        with torn_is_told(source), source.open() as file:
            _copy(file, beside)
        beside.flush()
        yield f"/dev/fd/{beside.fileno()}", beside.tell()


def _copy(file: IO[bytes], to: IO[bytes]) -> None:
    while block := file.read(BLOCK):
        to.write(block)


def read_in_sql(
    source: Source, options: Options, to: tuple[str, Path] | None
) -> tuple[FileRead, Tally] | None:
    """Read a file; with `to` (the import's id, a path) write its contacts there as Parquet.

    None when the file wants `read_file`. Raises InputError for what must not be stored."""
    import duckdb

    from offramp.data.reading import recognised

    if source.is_json:
        return None
    reader, header = recognised(source, options)
    if not _can_try(source, reader, header, options):
        return None
    with plain_file(source) as (path, size), duckdb.connect() as connection:
        connection.execute(f"SET threads = 2; SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ''; SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        try:
            return _read(connection, path, size, source, reader, header, options, to)
        except (duckdb.Error, UnicodeDecodeError):
            return None


def _read(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    size: int,
    source: Source,
    reader: Reader,
    header: Header,
    options: Options,
    to: tuple[str, Path] | None,
) -> tuple[FileRead, Tally] | None:
    from offramp.data.reading import FileRead, must_be_its_month
    from offramp.data.refused import refuse_content

    read = reader.read[0]
    present = set(header.columns)
    used = [c for c in sorted(reader.columns_used) if c in present]
    looked_at = list(header.columns) if options.mapping else used
    file = _scan(path, header)
    head = connection.execute(f"SELECT {_texts(looked_at)} FROM {file} LIMIT 2000").df()
    if head.empty:
        return None
    refuse_content(source.shown, head, () if options.mapping else reader.header)
    kind = "TEMP TABLE" if size <= IN_MEMORY else "TEMP VIEW"
    once, after = derived(read, present, used)
    connection.execute(
        f"CREATE {kind} whole AS SELECT *, {after} FROM "
        f"(SELECT *, {once} FROM (SELECT {_texts(used)} FROM {file}))"
    )
    connection.execute(f"CREATE TEMP VIEW raw AS SELECT * FROM whole WHERE {chosen(read)}")
    context = Context(source.shown, source.name, options.agency, {}, None)
    result = FileRead(source, reader, context)
    if not _notice(connection, read, present, result):
        return None
    parts = word_tables(connection, read, present, context)
    contacts_view(connection, read, present, parts, options.agency)
    must_be_its_month(result)
    if context.problems:
        raise InputError(context.problems)
    if to is not None:
        _store(connection, *to)
    tally = tally_of(connection, "kept" if to is not None else "mapped")
    tally.words = result.words
    return result, tally


def _scan(path: str, header: Header) -> str:
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header.columns)
    return (
        f"read_csv({quoted(path)}, header = true, auto_detect = false, "
        f"delim = {quoted(header.delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, columns = {{{columns}}})"
    )


def _texts(columns: list[str]) -> str:
    return ", ".join(f"coalesce({named(c)}, '') AS {named(c)}" for c in columns)


def _notice(
    connection: duckdb.DuckDBPyConnection, read: Read, present: set[str], result: FileRead
) -> bool:
    """What a report says beside the rows: alike, moved, without a place, words by month.

    False when a date is wrong, lies ahead or is written in another way."""
    from datetime import UTC, datetime

    today = datetime.now(UTC).date().isoformat()
    good = (
        '"@written" AND "@local" IS NOT NULL AND "@local" >= TIMESTAMP \'1900-01-01\' '
        f"AND CAST(\"@local\" AS DATE) <= DATE '{today}'"
    )
    wanted = chosen(read)
    placed = "true" if has_points(read, present) else "false"
    numbers: Any = connection.execute(
        f"""SELECT count(*), count(DISTINCT "@alike"),
            count(*) FILTER (({wanted}) AND NOT coalesce({good}, false)),
            count(*) FILTER (({wanted}) AND month("@local") <> month("@world")),
            count(*) FILTER (({wanted}) AND {placed} AND "@known" AND NOT "@inside"),
            count(*) FILTER (({wanted}) AND {placed} AND NOT "@known")
            FROM whole"""
    ).fetchone()
    rows, different, bad, moved, outside, unplaced = (int(value) for value in numbers)
    if bad:
        return False
    context = result.context
    result.rows, result.duplicates = rows, rows - different
    context.moved, context.impossible_places, context.unplaced = moved, outside, unplaced
    ended = read.columns.get("ended")
    word = named(ended.sources[0]) if ended and set(ended.sources[:1]) & present else "NULL"
    for month, text, number in connection.execute(
        f'SELECT "@month", {word} AS word, count(*) FROM raw GROUP BY ALL'
    ).fetchall():
        context.file_months[month] += number
        if text is not None:
            result.words[(month, text)] += number
    return True


def _store(connection: duckdb.DuckDBPyConnection, number: str, path: Path) -> None:
    """Write the contacts as Parquet; the file appears whole. `kept` reads them back."""
    from offramp.data.owner_only import close_to_others

    beside = path.with_name(path.name + ".part")
    connection.execute(
        f"COPY (SELECT *, {quoted(number)} AS {SOURCE} FROM mapped) TO {quoted(str(beside))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    close_to_others(beside)
    beside.replace(path)
    connection.execute(f"CREATE TEMP VIEW kept AS SELECT * FROM read_parquet({quoted(str(path))})")
