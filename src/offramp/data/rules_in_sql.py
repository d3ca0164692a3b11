"""The rules of a reader of contacts, written as SQL for DuckDB.

Every different word of a column is put through the same function as in `translate`, once, and
joined back as a small table; dates, minutes and areas are the same arithmetic written as SQL.
The rows that are read stand in `raw`, which has the columns of `derived` beside those of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.data.rules import Column, Read
from offramp.data.tables import SQL_TYPES, tables
from offramp.data.translate import Context, put_words

if TYPE_CHECKING:
    import duckdb

DAY_AND_TIME = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d|[+-]\d{4})?)?"
OFFSET = r".*:.*(Z|[+-]\d\d:?\d\d)"


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """The name of a column as SQL."""
    return '"' + column.replace('"', '""') + '"'


@dataclass
class Parts:
    """The pieces of the SELECT that makes the contacts table."""

    joins: list[str]
    columns: dict[str, str]


def chosen(read: Read) -> str:
    """The condition for the rows that are read: `where` and `where_not`."""
    parts = []
    for rules, no in ((read.where, ""), (read.where_not, "NOT ")):
        for name, words in rules.items():
            parts.append(f"{named(name)} {no}IN ({', '.join(quoted(w) for w in words)})")
    return " AND ".join(parts) or "true"


def derived(read: Read, present: set[str], used: list[str]) -> tuple[str, str]:
    """What is worked out once for every row, in two steps: its times, place and likeness.

    `@world` is universal time, `@local` the place's, `@alike` the same for rows that are
    alike in every column that is read."""
    rule = read.columns["date"]
    text = f"trim({named(next(name for name in rule.sources if name in present))})"
    offset = f"regexp_full_match({text}, {quoted(OFFSET)})"
    plain = f"try_cast({text} AS TIMESTAMP)"

    def clock(zone: str) -> str:
        there = f"timezone({quoted(zone)}, try_cast({text} AS TIMESTAMPTZ))"
        return f"CASE WHEN {offset} THEN {there} ELSE {plain} END"

    world, local = clock("UTC"), clock(rule.time_zone or "UTC")
    joined = "concat_ws(chr(31), " + ", ".join(named(name) for name in used) + ")"
    lat, lon, inside = "CAST(NULL AS DOUBLE)", "CAST(NULL AS DOUBLE)", "false"
    if has_points(read, present):
        assert read.map is not None
        lat, lon = (
            f"try_cast({named(name)} AS DOUBLE)" for name in (read.map.latitude, read.map.longitude)
        )
        south, north, west, east = read.map.box
        inside = f'"@lat" BETWEEN {south} AND {north} AND "@lon" BETWEEN {west} AND {east}'
    first = (
        f'{world} AS "@world", {local} AS "@local", {lat} AS "@lat", {lon} AS "@lon", '
        f'hash({joined}) AS "@alike", contains({text}, \':\') AS "@timed", '
        f'regexp_full_match({text}, {quoted(DAY_AND_TIME)}) AS "@written"'
    )
    second = (
        'strftime("@local", \'%Y-%m\') AS "@month", '
        'coalesce(isfinite("@lat") AND isfinite("@lon"), false) AS "@known", '
        f'coalesce({inside}, false) AS "@inside"'
    )
    return first, second


def has_points(read: Read, present: set[str]) -> bool:
    """Whether areas are worked out from points of a map. present: the columns of the file."""
    return read.map is not None and "area" not in read.columns and read.map.latitude in present


def word_tables(
    connection: duckdb.DuckDBPyConnection, read: Read, present: set[str], context: Context
) -> Parts:
    """A small table for each rule: the different words of the file and what they become."""
    table = tables()["contacts"]
    parts = Parts([], {})
    words = [name for name in read.columns if name != "date"]
    sources = {n: [s for s in read.columns[n].sources if s in present] for n in words}
    every = sorted({name for names in sources.values() for name in names})
    if every:
        listed = ", ".join(named(name) for name in every)
        connection.execute(
            f"CREATE TEMP TABLE words AS SELECT {listed}, count(*) AS rows FROM raw GROUP BY ALL"
        )
    for number, name in enumerate(words):
        rule = read.columns[name]
        if not sources[name]:
            word = put_words(name, rule, table, None, context)
            parts.columns[name] = quoted(str(word.iloc[0]))
        else:
            _lookup(connection, number, name, rule, sources[name], context, parts)
    return parts


def _lookup(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    name: str,
    rule: Column,
    sources: list[str],
    context: Context,
    parts: Parts,
) -> None:
    listed = ", ".join(named(source) for source in sources)
    frame = connection.execute(
        f"SELECT {listed}, CAST(sum(rows) AS BIGINT) AS rows FROM words GROUP BY ALL ORDER BY ALL"
    ).df()
    weights = frame.pop("rows")
    out = put_words(name, rule, tables()["contacts"], frame.astype("category"), context, weights)
    frame["to"] = out.astype(str).astype(object)
    connection.register(f"frame{number}", frame)
    connection.execute(f"CREATE TEMP TABLE to{number} AS SELECT * FROM frame{number}")
    connection.unregister(f"frame{number}")
    on = " AND ".join(f"raw.{named(s)} = to{number}.{named(s)}" for s in sources)
    parts.joins.append(f"JOIN to{number} ON {on}")
    parts.columns[name] = f'to{number}."to"'


def contacts_view(
    connection: duckdb.DuckDBPyConnection,
    read: Read,
    present: set[str],
    parts: Parts,
    agency: str,
) -> None:
    """The view `mapped`: the contacts table of the file."""
    columns = {
        "date": 'CAST("@local" AS DATE)',
        "month": '"@month"',
        "minute": 'CASE WHEN "@timed" THEN hour("@local") * 60 + minute("@local") END',
        "agency": quoted(agency),
        "n": "1",
        **_area(read, present),
        **parts.columns,
    }
    if "power" in parts.columns:
        columns["drugs"] = f"{parts.columns['power']} = 'misuse_of_drugs'"
    elif "object" in parts.columns:
        columns["drugs"] = f"{parts.columns['object']} = 'drugs'"
    listed = []
    for column in tables()["contacts"].columns:
        blank = {"area_kind": "none", "vocabulary": ""}.get(column.name, "unknown")
        sql = columns.get(column.name, quoted(blank) if column.kind == "text" else "false")
        listed.append(f"CAST({sql} AS {SQL_TYPES[column.kind]}) AS {named(column.name)}")
    connection.execute(
        f"CREATE TEMP VIEW mapped AS SELECT {', '.join(listed)} FROM raw {' '.join(parts.joins)}"
    )


def _area(read: Read, present: set[str]) -> dict[str, str]:
    if read.map is None or "area" in read.columns:
        return {}
    if not has_points(read, present):
        return {"area": quoted("unknown"), "area_kind": quoted("none")}
    # Adding nought turns a minus nought into a plain one.
    square = 'printf(\'%.1f,%.1f\', floor("@lat" * 10) / 10 + 0.0, floor("@lon" * 10) / 10 + 0.0)'
    return {
        "area": f'CASE WHEN "@known" AND "@inside" THEN {square} ELSE \'unknown\' END',
        "area_kind": quoted("grid"),
    }
