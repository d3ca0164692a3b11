"""The store: canonical tables as Parquet files, read with DuckDB, that only their owner can read.

It lies outside the place's folder, so that it is never hashed, packed or shared with it:
`OFFRAMP_DATA`, else the user's own data folder; in it one folder for each place, named after the
place's name and country. `imports.json` says which files count; a file that it does not name is
what an interrupted import left, and is swept away by the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.data.owner_only import make_folder, write_whole
from offramp.data.tables import DTYPES, SOURCE, SQL_TYPES, empty, tables

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

IMPORTS = "imports.json"


@dataclass(frozen=True)
class Import:
    """One file that was imported. id: its content's hash with the reader, twelve letters;
    agencies and periods: what it covers, by table."""

    id: str
    reader: str
    file: str
    rows: int
    tables: dict[str, int]
    agencies: list[str]
    first: str
    last: str
    covers: list[str]  # "table|agency|period kind|period", for imports that overlap
    notes: list[str]
    on: str


@dataclass(frozen=True)
class Store:
    """One place's data. folder: where; place: the place's name, for messages."""

    folder: Path
    place: str

    def imports(self) -> list[Import]:
        """What was imported, oldest first. Raises InputError when the list was damaged."""
        path = self.folder / IMPORTS
        if not path.exists():
            return []
        try:
            return [Import(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
        except (ValueError, TypeError):
            raise InputError(
                Problem(str(path), 0, "", "is damaged", "run 'offramp data forget --all'")
            ) from None

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table."""
        return [
            path
            for one in self.imports()
            if table in one.tables
            for path in sorted(self.folder.glob(f"{table}-{one.id}-*.parquet"))
        ]

    def read(self, table: str) -> pd.DataFrame:
        """All rows of a table, with its columns and types also when there are none."""
        known = tables()[table]
        if not self.files(table):
            return empty(known)
        frame = self.query(f"SELECT * FROM {table}")
        for column in known.columns:
            frame[column.name] = frame[column.name].astype(DTYPES[column.kind])  # type: ignore[call-overload]
        frame[SOURCE] = frame[SOURCE].astype("string")
        return frame[[*known.names, SOURCE]]

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to a query over the tables, which are views of their names."""
        with self.connect() as connection:
            return connection.execute(sql).df()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection in memory with a view for every table."""
        import duckdb

        connection = duckdb.connect()
        connection.execute("SET enable_external_file_cache = false")
        for name, table in tables().items():
            files = self.files(name)
            types = {c.name: SQL_TYPES[c.kind] for c in table.columns} | {SOURCE: "VARCHAR"}
            if files:
                listed = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
                columns = ", ".join(f'"{n}"' for n in types)
                sql = f"SELECT {columns} FROM read_parquet([{listed}])"
                if name == "populations":  # several files of counts bring the same residents
                    keys = ", ".join(f'"{c.name}"' for c in table.columns if c.kind == "text")
                    sql = sql.replace("SELECT", f"SELECT DISTINCT ON ({keys})", 1)
                    sql += f" ORDER BY {keys}, {SOURCE}"
            else:
                nothing = ", ".join(f'CAST(NULL AS {t}) AS "{n}"' for n, t in types.items())
                sql = f"SELECT {nothing} WHERE false"
            connection.execute(f"CREATE VIEW {name} AS {sql}")
        return connection

    def write_imports(self, imports: Sequence[Import]) -> None:
        """Replace the list in one step."""
        data: list[dict[str, Any]] = [asdict(one) for one in imports]
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.folder / IMPORTS, text)

    def sweep(self) -> None:
        """Remove what no import names."""
        ids = {one.id for one in self.imports()}
        for path in self.folder.glob("*.parquet*"):
            parts = path.name.split("-")
            if len(parts) != 3 or parts[1] not in ids or not path.name.endswith(".parquet"):
                path.unlink()


def user_folder() -> Path:
    """Where data of this user belong. `OFFRAMP_DATA` moves it."""
    moved = os.environ.get("OFFRAMP_DATA")
    if moved:
        return Path(moved).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local")))
    elif sys.platform == "darwin":
        root = home / "Library" / "Application Support"
    else:
        root = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return root / "offramp"


def store_name(name: str, country: str) -> str:
    """The folder of a place in the store: the same for every copy of its place.toml."""
    letters = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "place"
    return f"{letters[:40]}-{hashlib.sha256(f'{name}|{country}'.encode()).hexdigest()[:8]}"


def open_store(place: Path, root: Path | None = None) -> Store:
    """The store of a place (the folder that holds place.toml). Makes nothing.

    Raises InputError: the place has faults, or the store would lie inside its folder."""
    from offramp.place.load import load

    loaded = load(place)
    base = (root or user_folder()).resolve()
    inside = loaded.folder.resolve()
    if base == inside or inside in base.parents:
        raise InputError(
            Problem(
                str(base), 0, "", "is inside the place's folder, which is shared and packed",
                "name another folder in OFFRAMP_DATA",
            )
        )  # fmt: skip
    return Store(base / store_name(loaded.place.name, loaded.place.country), loaded.place.name)


def prepare(store: Store) -> None:
    """Make the folder, for its owner alone, and sweep what an interrupted import left."""
    make_folder(store.folder.parent)
    make_folder(store.folder)
    store.sweep()
