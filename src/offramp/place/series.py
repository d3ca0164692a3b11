"""Series of counts: CSV files beside place.toml with the columns `period` and `count`.

Other columns are ignored. A count that is withheld ("Suppr.", ".." or empty) is read as not known,
"<6" as fewer than six; warnings say so. Everything that is wrong with a file is reported at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import listed, nearest
from offramp.place.schema import Series

Period = Literal["year", "quarter", "month", "week"]

_FORMS: dict[Period, tuple[re.Pattern[str], str, int]] = {
    "year": (re.compile(r"(\d{4})()"), "2019", 1),
    "quarter": (re.compile(r"(\d{4})[- ]?Q([1-4])", re.IGNORECASE), "2019-Q1", 4),
    "month": (re.compile(r"(\d{4})-(\d{2})"), "2019-04", 12),
    "week": (
        re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})-?W(\d{2})"),
        "2019-04-01 (its Monday)",
        52,
    ),
}
A_YEAR = {kind: times for kind, (_form, _example, times) in _FORMS.items()}  # periods
_WITHHELD = re.compile(
    r"(|<\s*\d+|\*+|\.+|-+|x|c|z|n/?a|nan|null|none|suppr(essed|\.)?|withheld|not available)",
    re.IGNORECASE,
)
_BELOW = re.compile(r"<\s*(\d+)")
_THOUSANDS = re.compile(r"\d{1,3}([,.' \u00a0\u202f]\d{3})+")
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"  # Excel before 2007
LARGEST = 1_000_000_000
MOST_LISTED = 50  # problems of one file; a file with more is wrong in one way many times


@dataclass(frozen=True)
class SeriesRow:
    """One period. count: None when it is withheld or empty; below: it is less than this, as
    where "<6" stands in place of the number."""

    period: str  # "2019", "2019-Q1", "2019-04" or "2019-04-01", the Monday of a week
    count: int | None
    below: int | None = None


@dataclass(frozen=True)
class SeriesFile:
    rows: tuple[SeriesRow, ...]  # in order of time
    warnings: tuple[str, ...]
    text: str  # without byte order mark, line ends as \n: what the hash of the place is made of


def ordinal(period: str, kind: Period) -> int | None:
    """The number of a period since year 0, or None when it is not written as it should be."""
    form, _, a_year = _FORMS[kind]
    found = form.fullmatch(period.strip())
    if found is None:
        return None
    if kind == "week":
        return _week(found)
    part = int(found.group(2) or 1)
    year = int(found.group(1))
    return year * a_year + part - 1 if 1 <= part <= a_year and 1900 <= year <= 2100 else None


def _week(found: re.Match[str]) -> int | None:
    """Weeks since the year 1 of the Monday 2019-04-01, or of 2019-W14 (ISO 8601)."""
    year, month, day, iso_year, iso_week = (int(part or 0) for part in found.groups())
    try:
        monday = date.fromisocalendar(iso_year, iso_week, 1) if iso_year else date(year, month, day)
    except ValueError:
        return None
    good = monday.weekday() == 0 and 1900 <= monday.year <= 2100
    return monday.toordinal() // 7 if good else None


def period_name(number: int, kind: Period) -> str:
    """The period with this number: the other way round of `ordinal`."""
    if kind == "week":
        return date.fromordinal(number * 7 + 1).isoformat()
    a_year = _FORMS[kind][2]
    year, part = divmod(number, a_year)
    return {"year": f"{year}", "quarter": f"{year}-Q{part + 1}", "month": f"{year}-{part + 1:02d}"}[
        kind
    ]


def begins_after(period: str, kind: Period, day: date) -> bool:
    """Whether a period (year, quarter or month) begins only after this day."""
    a_year = _FORMS[kind][2]
    number = ordinal(period, kind)
    return number is not None and number > day.year * a_year + (day.month - 1) * a_year // 12


def last_day(period: str, kind: Period) -> date | None:
    """The day on which a period (year, quarter or month) ends."""
    number = ordinal(period, kind)
    if number is None:
        return None
    a_year = _FORMS[kind][2]
    year, part = divmod(number + 1, a_year)
    return date(year, part * 12 // a_year + 1, 1) - timedelta(days=1)


def written_as(kind: Period) -> str:
    """How a period of this kind is written, for messages."""
    return f"{kind}s are written as {_FORMS[kind][1]}"


def rows_used(series: Series, rows: Sequence[SeriesRow]) -> list[SeriesRow]:
    """The rows from use_from to use_to, however these are written ("2019 Q1" is 2019-Q1)."""

    def at(period: str) -> int:
        number = ordinal(period, series.period)
        assert number is not None
        return number

    low = at(series.use_from or rows[0].period) if rows else 0
    high = at(series.use_to or rows[-1].period) if rows else 0
    return [row for row in rows if low <= at(row.period) <= high]


def whole_years(series: Series, rows: Sequence[SeriesRow]) -> list[SeriesRow]:
    """Counts by calendar year: months and quarters added up, years with a part missing left out;
    a series by year as it is."""
    if series.period == "year":
        return list(rows)
    parts: dict[int, list[int]] = {}
    a_year = _FORMS[series.period][2]
    for row in rows:
        number = ordinal(row.period, series.period)
        if number is not None and row.count is not None:
            parts.setdefault(number // a_year, []).append(row.count)
    return [
        SeriesRow(f"{year}", sum(counts))
        for year, counts in sorted(parts.items())
        if len(counts) == a_year
    ]


def read_series(path: Path, shown: str, kind: Period) -> SeriesFile:
    """Read one CSV file. Raises InputError with every problem, each with its row and column."""
    text = _text(path, shown)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        right = "save it again as plain CSV with commas"
        problem = Problem(shown, reader.line_num, "", f"is not CSV: {error}", right)
        raise InputError(problem) from None
    lines = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
    if not lines:
        raise InputError(Problem(shown, 0, "", "is empty", _EXAMPLE))
    columns = _columns(lines[0][1], lines[0][0], shown)
    if len(lines) == 1:
        raise InputError(Problem(shown, lines[0][0], "", "has a header but no rows", _EXAMPLE))
    torn = list(_torn(lines, shown))
    if torn:
        raise InputError(torn[:MOST_LISTED])
    return _rows(lines[1:], columns, shown, kind, text)


_CALLED = {  # what people often call the two columns
    "period": ("month", "quarter", "year", "date"),
    "count": ("number", "total", "value", "n"),
}
_OFTEN = {"period", "count", *_CALLED["period"], *_CALLED["count"]}
_EXAMPLE = "the first line must be period,count and the next ones like 2019,12"


def _text(path: Path, shown: str) -> str:
    def fail(problem: str, right: str) -> InputError:
        return InputError(Problem(shown, 0, "", problem, right))

    try:
        if path.is_dir():
            raise fail("is a folder, not a file", "give the name of a CSV file")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise fail("does not exist", _similar(path)) from None
    except OSError as error:
        raise fail(f"cannot be read: {error.strerror or error}", "check the file") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fail("is saved as UTF-16", "save it again as CSV with the encoding UTF-8")
    if raw.startswith((b"PK", OLD_SPREADSHEET)):
        raise fail("is a spreadsheet, not CSV", "save the sheet as CSV (UTF-8)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start : error.start + 1]
        letter = byte.decode("cp1252", errors="replace")
        raise InputError(
            Problem(
                shown,
                line,
                "",
                f'is not UTF-8: it looks like Windows-1252 (cp1252), with "{letter}" in this row',
                "save it again as CSV with the encoding UTF-8",
            )
        ) from None
    if "\x00" in text:
        raise fail("is not text", "save it as CSV with the encoding UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _similar(path: Path) -> str:
    try:
        beside = sorted(p.name for p in path.parent.glob("*.csv"))
    except OSError:
        beside = []
    near = nearest(path.name, beside)
    if near:
        return f'did you mean "{near}"?'
    if beside:
        return f"CSV files beside it: {listed(beside)}"
    return "put the CSV file beside place.toml"


def _torn(lines: list[tuple[int, list[str]]], shown: str) -> Iterator[Problem]:
    """Rows that have not as many cells as the header: a count may be cut in two."""
    wanted = len(lines[0][1])
    for line, row in lines[1:]:
        more = len(row) > wanted and not any(cell.strip() for cell in row[wanted:])
        if len(row) == wanted or more:
            continue
        problem = f"has {'more' if len(row) > wanted else 'fewer'} cells than the header"
        right = "one cell for each column; a count is written without separators: 1234"
        yield Problem(shown, line, "", problem, right)


def _columns(header: list[str], line: int, shown: str) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    if len(names) == 1:
        for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if sign in names[0]:
                problem = f"columns are separated by {word}"
                raise InputError(Problem(shown, line, "", problem, "separate them by commas"))
    problems = []
    for wanted in ("period", "count"):
        if names.count(wanted) > 1:
            problem = f'has two columns named "{wanted}"'
            problems.append(Problem(shown, line, wanted, problem, "keep one of them"))
        elif wanted not in names:
            called = [name for name in names if name in _CALLED[wanted]]
            near = called[0] if called else nearest(wanted, sorted(set(names) - _OFTEN))
            right = f'rename the column "{near}"' if near else f"columns here: {listed(names)}"
            problems.append(Problem(shown, line, wanted, "is a column that is missing", right))
    if problems:
        raise InputError(problems)
    return {wanted: names.index(wanted) for wanted in ("period", "count")}


def _rows(
    lines: list[tuple[int, list[str]]],
    columns: dict[str, int],
    shown: str,
    kind: Period,
    text: str,
) -> SeriesFile:
    problems: list[Problem] = []
    other = _all_of([row[columns["period"]] for _line, row in lines], kind)
    if other is not None:
        right = f'say period = "{other}" in place.toml, or give another file'
        if other == "week":
            right = f"give counts by {kind}"
        problem = f"is by {kind} for this file, but all rows are {other}s"
        problems.append(Problem(shown, lines[0][0], "period", problem, right))
    counts: dict[int, int | None] = {}
    below: dict[int, int] = {}
    seen_on: dict[int, int] = {}
    withheld: list[str] = []
    wrong_period = False
    for line, row in lines:
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        number = ordinal(cells["period"], kind)
        if number is None and other is not None:
            wrong_period = True
        elif number is None:
            problem = f'is "{cells["period"][:40]}"' if cells["period"] else "is empty"
            problems.append(Problem(shown, line, "period", problem, written_as(kind)))
            wrong_period = True
        elif number in seen_on:
            problem = f"{cells['period']} stands in row {seen_on[number]} already"
            problems.append(Problem(shown, line, "period", problem, "keep one row for each period"))
        count = _count(cells["count"], line, shown, problems)
        if number is not None:
            seen_on.setdefault(number, line)
            counts[number] = count
            limit = _BELOW.fullmatch(cells["count"])
            if count is None and limit is not None:
                below[number] = int(limit.group(1))
            elif count is None:
                withheld.append(period_name(number, kind))
    if counts and not wrong_period:
        problems += _gaps(counts, shown, kind)
    if problems:
        raise InputError(problems[:MOST_LISTED])
    if all(count is None for count in counts.values()):
        right = "at least one period needs a number"
        raise InputError(Problem(shown, 0, "count", "is withheld in every row", right))
    rows = tuple(SeriesRow(period_name(n, kind), counts[n], below.get(n)) for n in sorted(counts))
    warnings: tuple[str, ...] = ()
    # Only the name: results that hold this must not depend on where the folder lies.
    name = Path(shown).name
    limits = [f"{period_name(n, kind)} (fewer than {below[n]})" for n in sorted(below)]
    if withheld:
        warnings += (f"{name}: withheld or empty, read as not known: {listed(withheld)}",)
    if limits:
        warnings += (f"{name}: only a limit is given, and used: {listed(limits)}",)
    return SeriesFile(rows, warnings, text)


def _all_of(periods: Sequence[str], kind: Period) -> Period | None:
    """The kind of period that every row has, where it is another than was said."""
    if any(ordinal(period, kind) is not None for period in periods):
        return None
    for other in _FORMS:
        if all(ordinal(period, other) is not None for period in periods):
            return other
    return None


def _count(cell: str, line: int, shown: str, problems: list[Problem]) -> int | None:
    limit = _BELOW.fullmatch(cell)
    if limit is not None and not 1 <= int(limit.group(1)) <= LARGEST:
        right = "a limit is above 0, such as <5; write 0 where nothing happened"
        problems.append(Problem(shown, line, "count", f'is "{cell[:40]}"', right))
    if _WITHHELD.fullmatch(cell):
        return None
    try:
        grouped = re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", cell)  # 1.000: a thousand, or one?
        number = float("not a number" if "_" in cell or grouped else cell)
    except ValueError:
        right = "it must be a whole number, or empty when it is withheld"
        if grouped and float(cell.split(".")[-1]) == 0 and cell.count(".") == 1:
            right = f"write a whole number without a dot: {cell.split('.')[0]}, or "
            right += re.sub(r"[^0-9]", "", cell)
        elif _THOUSANDS.fullmatch(cell):
            right = f"write it without separators: {re.sub(r'[^0-9]', '', cell)}"
        elif re.fullmatch(r"\d+,\d+", cell):
            right = "it must be a whole number"
        problems.append(Problem(shown, line, "count", f'is "{cell[:40]}"', right))
        return None
    if number != number or number in (float("inf"), float("-inf")) or number != int(number):
        right = "it must be a whole number: events are counted"
        problems.append(Problem(shown, line, "count", f"is {cell[:40]}", right))
        return None
    if number > LARGEST:
        right = "check it: no series of a place counts that many"
        problems.append(Problem(shown, line, "count", f"is {cell[:40]}", right))
        return None
    if number < 0:
        problems.append(Problem(shown, line, "count", f"is {cell[:40]}", "it must be 0 or more"))
        return None
    return int(number)


def _gaps(counts: dict[int, int | None], shown: str, kind: Period) -> list[Problem]:
    missing = [n for n in range(min(counts), max(counts)) if n not in counts]
    if not missing:
        return []
    names = listed(period_name(n, kind) for n in missing)
    are = "is" if len(missing) == 1 else "are"
    problem = f"{names} {are} missing between the first and the last row"
    return [Problem(shown, 0, "period", problem, "add a row, with an empty count when not known")]
