"""The table of a study: units × periods, every cell known.

CSV with one row for each unit and period. Every fault of the file is reported at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import did_you_mean, listed
from offramp.place.series import Period, ordinal, period_name, written_as

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = 10**9  # the start of a unit that is never treated
MOST_LISTED = 50
ONE_UNIT = "all"
_WITHHELD = re.compile(
    r"(<\s*\d+|\*+|\.+|x|c|z|n/?a|nan|null|none|suppr(essed|\.)?|withheld)", re.I
)
_PERSONAL = re.compile(
    r"((first|last|fore|sur|full|given|family)[ _-]?name|name|d\.?o\.?b\.?|date[ _-]?of[ _-]?birth|"
    r"birth[ _-]?date|nhs[ _-]?(number|no)|ssn|pnc[ _-]?id|criminal[ _-]?(history|record)|"
    r"previous[ _-]?convictions|address|postcode|phone|e?mail)",
    re.I,
)


@dataclass(frozen=True)
class Panel:
    """units: N names; periods: T ordinals in order, gaps where periods are left out;
    values: column -> float[N, T]; starts: int[N], first treated ordinal or NEVER."""

    units: tuple[str, ...]
    periods: Integers
    kind: Period
    values: dict[str, Floats]
    starts: Integers

    @property
    def treated(self) -> Bools:
        """bool[N, T]: under the intervention."""
        return np.asarray(self.periods[None, :] >= self.starts[:, None])

    @property
    def per_year(self) -> int:
        return {"week": 52, "month": 12, "quarter": 4, "year": 1}[self.kind]

    def named(self, number: int) -> str:
        return period_name(int(number), self.kind)

    def keep_periods(self, mask: Bools) -> Panel:
        values = {name: cells[:, mask] for name, cells in self.values.items()}
        return replace(self, periods=self.periods[mask], values=values)

    def keep_units(self, mask: Bools) -> Panel:
        values = {name: cells[mask] for name, cells in self.values.items()}
        units = tuple(u for u, kept in zip(self.units, mask, strict=True) if kept)
        return replace(self, units=units, values=values, starts=self.starts[mask])

    def starting(self, starts: Integers) -> Panel:
        return replace(self, starts=starts)

    def summed(self) -> Panel:
        """All units as one."""
        values = {name: cells.sum(axis=0, keepdims=True) for name, cells in self.values.items()}
        first = int(self.starts.min())
        return replace(self, units=(ONE_UNIT,), values=values, starts=np.array([first]))


def read_rows(path: Path, shown: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered rows of a CSV file. InputError: missing, empty, not UTF-8, not CSV,
    other separators, rows of another length, columns that name people."""

    def fail(line: int, problem: str, right: str, field: str = "") -> InputError:
        return InputError(Problem(shown, line, field, problem, right))

    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise fail(0, "does not exist", "check data.file in study.toml") from None
    except OSError as error:
        raise fail(0, f"cannot be read: {error.strerror or error}", "check the file") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fail(0, "is saved as UTF-16", "save it again as CSV with the encoding UTF-8")
    if raw[:2] == b"PK":
        raise fail(0, "is a spreadsheet, not CSV", "save the sheet as CSV (UTF-8)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise fail(line, "is not UTF-8 text", "save it again as CSV (UTF-8)") from None
    if "\x00" in text:
        raise fail(0, "is not text", "save it as CSV with the encoding UTF-8")
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""))
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise fail(reader.line_num, f"is not CSV: {error}", "save it again as CSV") from None
    lines = [(number, row) for number, row in lines if any(row)]
    if not lines:
        raise fail(0, "is empty", "it needs a header and one row for each unit and period")
    header = lines[0][1]
    for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and sign in header[0]:
            raise fail(1, f"columns are separated by {word}", "separate them by commas")
    if len(lines) == 1:
        raise fail(1, "has a header but no rows", "add one row for each unit and period")
    problems = [
        Problem(shown, 1, name, "is a column that could name a person", "take it out of the file")
        for name in header
        if _PERSONAL.fullmatch(name)
    ]
    for name in sorted({n for n in header if header.count(n) > 1}):
        problems.append(Problem(shown, 1, name, "stands in the header twice", "keep one of them"))
    for number, row in lines[1:]:
        if len(row) != len(header):
            problem = f"has {len(row)} cells, the header has {len(header)}"
            right = "the file may be cut off; each row needs one cell for each column"
            problems.append(Problem(shown, number, "", problem, right))
    if problems:
        raise InputError(problems[:MOST_LISTED])
    return header, lines[1:]


def need_columns(header: Sequence[str], wanted: Sequence[str], shown: str) -> None:
    """InputError with every wanted column that is not there."""
    missing = [name for name in dict.fromkeys(wanted) if name not in header]
    if missing:
        raise InputError(
            Problem(shown, 1, n, "is a column that is missing", did_you_mean(n, header, "columns"))
            for n in missing
        )


def number_in(cell: str, line: int, column: str, shown: str, *, whole: bool) -> float | Problem:
    """A cell as a number of 0 or more, or what is wrong with it."""
    if cell == "" or _WITHHELD.fullmatch(cell):
        problem = "is empty" if cell == "" else f'is withheld ("{cell}")'
        right = "an evaluation needs every value: use longer periods or larger areas, or leave out"
        return Problem(shown, line, column, problem, right)
    try:
        value = float("x" if "_" in cell else cell)
    except ValueError:
        return Problem(shown, line, column, f'is "{cell[:40]}"', "it must be a plain number")
    if not np.isfinite(value) or abs(value) > 1e12:
        return Problem(shown, line, column, f"is {cell[:40]}", "it must be an ordinary number")
    if whole and (value < 0 or value != int(value)):
        right = "it must be a whole number of 0 or more: events are counted"
        return Problem(shown, line, column, f"is {cell[:40]}", right)
    return value


def read_panel(
    path: Path,
    shown: str,
    *,
    kind: Period,
    period: str,
    unit: str | None,
    counts: Sequence[str],
    numbers: Sequence[str] = (),
    last: int | None = None,
) -> Panel:
    """Read the table. `counts` must be whole, `numbers` may be any. `last`: ordinal of the
    present period; later rows are a fault. `starts` are all NEVER."""
    header, lines = read_rows(path, shown)
    wanted = [*([unit] if unit else []), period, *counts, *numbers]
    need_columns(header, wanted, shown)
    at = {name: header.index(name) for name in header}
    problems: list[Problem] = _one_definition(at, lines, shown)
    seen: dict[tuple[str, int], int] = {}
    cells: dict[tuple[str, int], dict[str, float]] = {}
    for line, row in lines:
        name = row[at[unit]] if unit else ONE_UNIT
        when = ordinal(row[at[period]], kind)
        if not name:
            problems.append(Problem(shown, line, str(unit), "is empty", "name the unit"))
        if when is None:
            problem = f'is "{row[at[period]][:40]}"'
            problems.append(Problem(shown, line, period, problem, written_as(kind)))
        elif last is not None and when > last:
            problem = f"{row[at[period]]} has not happened yet"
            problems.append(Problem(shown, line, period, problem, "check the year"))
        values: dict[str, float] = {}
        for column in dict.fromkeys([*counts, *numbers]):
            value = number_in(row[at[column]], line, column, shown, whole=column in counts)
            if isinstance(value, Problem):
                problems.append(value)
            else:
                values[column] = value
        if when is None or not name:
            continue
        if (name, when) in seen:
            problem = f"{name} {row[at[period]]} stands in row {seen[name, when]} already"
            right = "keep one row for each unit and period"
            problems.append(Problem(shown, line, period, problem, right))
        seen.setdefault((name, when), line)
        cells[name, when] = values
    if not any(p.field == period and p.right == written_as(kind) for p in problems):
        problems += _holes(seen, shown, kind, period)
    if problems:
        raise InputError(problems[:MOST_LISTED])
    units = tuple(dict.fromkeys(name for name, _ in cells))
    periods = np.array(sorted({when for _, when in cells}), dtype=np.int64)
    values_of = {
        column: np.array([[cells[u, int(p)][column] for p in periods] for u in units])
        for column in dict.fromkeys([*counts, *numbers])
    }
    return Panel(units, periods, kind, values_of, np.full(len(units), NEVER, dtype=np.int64))


def _one_definition(
    at: dict[str, int], lines: list[tuple[int, list[str]]], shown: str
) -> list[Problem]:
    """A column `definition` or `source` must say the same in every row."""
    problems = []
    for column in ("definition", "source"):
        if column in at:
            first = lines[0][1][at[column]]
            for line, row in lines[1:]:
                if row[at[column]] != first:
                    problem = f'is "{row[at[column]][:40]}", the first row has "{first[:40]}"'
                    right = "two definitions of a count must not stand in one series"
                    problems.append(Problem(shown, line, column, problem, right))
                    break
    return problems


def _holes(
    seen: dict[tuple[str, int], int], shown: str, kind: Period, period: str
) -> list[Problem]:
    if not seen:
        return []
    whens = [when for _, when in seen]
    span = range(min(whens), max(whens) + 1)
    if len(span) > 10_000:
        return []
    problems = []
    for name in dict.fromkeys(name for name, _ in seen):
        missing = [period_name(n, kind) for n in span if (name, n) not in seen]
        if missing:
            of = "" if name == ONE_UNIT else f" of {name}"
            problem = f"{listed(missing)} missing{of}"
            right = "add the rows, or take the unit or these periods out for everybody"
            problems.append(Problem(shown, 0, period, problem, right))
    return problems
