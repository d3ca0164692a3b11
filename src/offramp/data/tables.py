"""The canonical tables: what columns they have, of which type, with which words.

`tables.toml` holds them; this file reads it, makes empty frames and holds a frame against it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).with_name("tables.toml")
SOURCE = "source"  # the id of the import; the store adds it to every table


@dataclass(frozen=True)
class ColumnType:
    """One column. kind: text, count, number, date or yes_no; words: allowed, empty if free."""

    name: str
    kind: str
    words: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Table:
    """One table. rows: `rows` (police rows are kept), `counts` (police or court counts, folded)
    or `people` (rows about health, services and surveys become counts while they are read)."""

    name: str
    says: str
    rows: str
    columns: tuple[ColumnType, ...]

    def column(self, name: str) -> ColumnType | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@cache
def tables() -> dict[str, Table]:
    """Every table by its name."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    words = data.pop("words")
    shared = {"counts": data.pop("counts")["columns"]}
    return {
        name: Table(
            name,
            entry["says"],
            entry["rows"],
            tuple(
                ColumnType(
                    column,
                    rule["type"],
                    tuple(words[rule["words"]]) if "words" in rule else (),
                    rule["says"],
                )
                for column, rule in (entry.get("columns") or shared[entry["columns_of"]]).items()
            ),
        )
        for name, entry in data.items()
    }


DTYPES = {
    "text": "string",
    "count": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "yes_no": "bool",
}
SQL_TYPES = {
    "text": "VARCHAR",
    "count": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "yes_no": "BOOLEAN",
}


def empty(table: Table) -> pd.DataFrame:
    """A frame of no rows with the columns and types of the table, and `source`."""
    import pandas as pd

    columns = {c.name: pd.Series([], dtype=DTYPES[c.kind]) for c in table.columns}
    return pd.DataFrame({**columns, SOURCE: pd.Series([], dtype="string")})


def strange_words(table: Table, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """(column, word) for every word that the table does not know: a fault of a reader."""
    found = []
    for column in table.columns:
        if column.words and column.name in frame:
            for word in frame[column.name].dropna().unique():
                if word not in column.words:
                    found.append((column.name, str(word)))
    return found
