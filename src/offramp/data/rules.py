"""A reader is a TOML file: which files it knows, and what becomes of their columns.

The public sources ship as such files in `readers/`; an agency's own data need one more, the
mapping file that `offramp data map FILE` proposes. `docs/data.md` explains it with an example.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.data.tables import tables

FOLDER = Path(__file__).parent / "readers"

GROUPS = ("sex", "age", "ethnicity")  # of rows about people, before they become counts

PeriodKind = Literal["day", "week", "month", "quarter", "year"]


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Column(Rule):
    """Where a column of a table comes from, and how its words are put."""

    from_: str | list[str] | None = Field(
        default=None, alias="from", description="column of the file, or several: first not blank"
    )
    join: list[str] = Field(default=[], description="columns put one after the other")
    is_: str | None = Field(default=None, alias="is", description="the same for every row")
    values: dict[str, str] = Field(default={}, description="word of the file = word of the table")
    starts: dict[str, str] = Field(default={}, description="begin of the file's word = word")
    blank: str | None = Field(default=None, description="what a blank means")
    other: str | None = Field(default=None, description="what a word that is not listed means")
    form: str | list[str] = Field(
        default="iso", description="how dates are written: iso, month, quarter, year or %d/%m/%Y"
    )
    time_zone: str | None = Field(default=None, description="such as Europe/London")
    years: bool = Field(default=False, description="an age in years, to be put into bands")
    pattern: str | None = Field(default=None, description="a regular expression with one group")
    file_name: str | None = Field(default=None, description="the same, on the name of the file")
    trailer: str | None = Field(default=None, description="a line of the text after the data")
    suppressed: list[str] = Field(default=[], description="how a withheld count is written")
    missing: list[str] = Field(default=[], description="how a missing count is written")

    @property
    def sources(self) -> list[str]:
        if self.from_ is None:
            return self.join
        return [self.from_] if isinstance(self.from_, str) else list(self.from_)


class Also(Rule):
    """A further count of the same rows: those where a column says yes."""

    from_: str = Field(alias="from")
    yes: list[str] = Field(default=[], description="words that mean yes")
    yes_unless: list[str] = Field(default=[], description="every other word means yes")
    measure: str | None = None
    substance: str | None = None


class Question(Rule):
    """One question of a survey."""

    id: str
    from_: str = Field(alias="from")
    yes: list[str]
    no: list[str]


class Map(Rule):
    """Coordinates, which become areas and are not kept."""

    latitude: str
    longitude: str
    box: Annotated[list[float], Field(min_length=4, max_length=4)] = Field(
        default=[-90.0, 90.0, -180.0, 180.0],
        description="south, north, west, east: outside of it a place is impossible",
    )


class Unpivot(Rule):
    """A table with one column for each period or kind: they become rows."""

    only: str = Field(description="a regular expression that the columns match")
    names: str = Field(description="the new column that holds their names")
    values: str = Field(description="the new column that holds the counts")


class Break(Rule):
    """A known change of what is counted."""

    area: str | None = None
    period: str = Field(description="the first period counted in the new way")
    why: str


class Read(Rule):
    """What of a file leads to one table."""

    table: str
    where: dict[str, list[str]] = {}
    where_not: dict[str, list[str]] = {}
    columns: dict[str, Column]
    map: Map | None = None
    person: str | None = Field(default=None, description="column that tells people apart")
    periods: list[PeriodKind] = Field(default=[], description="periods that rows are counted by")
    whole: str = Field(default="", description="name of all areas together")
    also: list[Also] = []
    questions: list[Question] = []
    weight: str | None = None
    provisional_last: int = Field(default=0, ge=0, description="periods at the end not yet final")
    breaks: list[Break] = []

    @model_validator(mode="after")
    def _known(self) -> Read:
        table = tables().get(self.table)
        if table is None:
            _fault("table", f"'{self.table}' is not a table", f"one of {', '.join(tables())}")
            return self
        for question in self.questions:
            if question.id.startswith("iC6"):
                right = "the service that asked hands on totals: offramp data survey"
                _fault("questions", "asks for answers of people who use drugs", right)
        if "period" in self.columns and not self.periods:
            right = 'say how long a period is: periods = ["month"]'
            _fault("periods", "is missing", right)
        if "date" in self.columns and table.rows == "people" and not self.periods:
            right = 'say by which periods rows are counted: periods = ["month", "week"]'
            _fault("periods", "is missing", right)
        if not {"date", "period"} & {*self.columns} and self.table != "cohorts":
            if table.name == "contacts":
                right = 'name the column of dates: date = { from = "..." }'
            else:
                right = 'name the column of periods: period = { from = "...", form = "month" }'
            _fault("columns", "says nothing of when", right)
        allowed = {*table.names, "date", *(GROUPS if table.rows == "people" else ())}
        for name, column in self.columns.items():
            if name not in allowed:
                _fault(f"columns.{name}", "is not a column", f"one of {', '.join(table.names)}")
            kind = table.column(name)
            words = kind.words if kind else ()
            said = [*column.values.values(), *column.starts.values()]
            said += [word for word in (column.is_, column.blank, column.other) if word is not None]
            for word in said:
                if words and word not in words and word != "drop":
                    _fault(f"columns.{name}", f"says '{word}'", f"one of {', '.join(words)}")
        return self


class Reader(Rule):
    """One kind of file."""

    id: str
    name: str
    publisher: str = ""
    licence: str = ""
    source: str = Field(default="", description="where such files come from")
    notes: list[str] = Field(default=[], description="what a reader of the counts must know")
    header: list[str] = Field(description="columns by which the file is known")
    file_name: str | None = Field(default=None, description="a regular expression on its name")
    json_: str | None = Field(default=None, alias="json", description="which API document it reads")
    encoding: list[str] = ["utf-8"]
    delimiter: str | None = None
    trailer: str | None = Field(default=None, description="the line after which text follows")
    unpivot: Unpivot | None = None
    read: Annotated[list[Read], Field(min_length=1)]

    @property
    def columns_used(self) -> set[str]:
        """Every column of the file that is looked at."""
        used: set[str] = set()
        for one in self.read:
            used |= {name for column in one.columns.values() for name in column.sources}
            used |= {*one.where, *one.where_not}
            used |= {also.from_ for also in one.also} | {q.from_ for q in one.questions}
            used |= {one.map.latitude, one.map.longitude} if one.map else set()
            used |= {name for name in (one.person, one.weight) if name}
        return used


def _fault(key: str, problem: str, right: str) -> None:
    keys = tuple(key.split("."))
    raise PydanticCustomError(
        "reader", "{problem}", {"problem": problem, "keys": keys, "right": right}
    )


def read_rules(path: Path, shown: str | None = None) -> Reader:
    """Read one reader or mapping file. Raises InputError with every problem."""
    file: TomlFile = read(path, shown)
    return check(file, Reader)


@cache
def shipped() -> tuple[Reader, ...]:
    """The readers of public sources, by id."""
    found: list[Reader] = []
    problems: list[Problem] = []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            found.append(read_rules(path, path.name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(found)


def reader_called(id_: str) -> Reader:
    """The shipped reader with this id. Raises InputError, naming near ones."""
    from offramp.catalogue.validation_words import nearest

    for reader in shipped():
        if reader.id == id_:
            return reader
    near = nearest(id_, [reader.id for reader in shipped()])
    hint = f"did you mean '{near}'?" if near else "see the list in docs/data.md"
    raise InputError(Problem("--as", 0, "", f"'{id_}' is not a kind of file", hint))
