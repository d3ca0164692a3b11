"""Propose a mapping file for a file that no reader knows.

Names of columns are held against `hints.toml`, words in them against the words of the tables.
What is not understood is left as a comment for a person to finish; nothing is guessed silently.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.data.raw import Source, chunks, header_of
from offramp.data.refused import refuse_columns, refuse_content
from offramp.data.tables import tables
from offramp.data.words import squeezed

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).with_name("hints.toml")
MANY_WORDS = 40  # a column with more different words is not a list of words


@cache
def _hints() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def propose(source: Source, table: str | None = None) -> str:
    """The text of a mapping file. Raises InputError: the file cannot be read, or is refused."""
    header = header_of(source)
    refuse_columns(source.shown, header.columns)
    frame = next(chunks(source, header, None, ["utf-8", "cp1252"]))
    refuse_content(source.shown, frame)
    name = table or _table_for(header.columns)
    span = _span(name, frame)
    lines = [
        f"# How to read files like {source.name}. A proposal: check every line.",
        "# docs/data.md explains the columns and the words.",
        "",
        'id = "our-own"',
        f'name = "{source.name}"',
        f"header = {_listed(header.columns)}",
    ]
    if header.delimiter != ",":
        lines.append(f'delimiter = "{header.delimiter.encode("unicode_escape").decode()}"')
    if header.encoding == "cp1252":
        lines.append('encoding = ["cp1252"]')
    lines += ["", "[[read]]", f'table = "{name}"']
    if span is not None:
        lines.append(f'periods = ["{span}"]')
    elif tables()[name].rows == "people":
        lines.append('periods = ["month", "week"]  # rows become counts by these')
    lines += _columns(name, frame)
    return "\n".join(lines) + "\n"


def _listed(columns: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(column) for column in columns) + "]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", " ", column).strip().lower()


def _table_for(columns: tuple[str, ...]) -> str:
    plain = " ".join(_plain(column) for column in columns)
    for table, words in _hints()["table"].items():
        if any(word in plain for word in words):
            return str(table)
    if _called("period", columns) and _called("n", columns) and not _called("date", columns):
        return "services"  # totals by period, whatever they are of
    return "contacts"


def _called(target: str, columns: Sequence[str]) -> str | None:
    """The first column whose name is like those that `target` usually has."""
    words = _hints()["column"][target]
    return next((c for w in words for c in columns if re.search(rf"\b{w}\b", _plain(c))), None)


def _span(table: str, frame: pd.DataFrame) -> str | None:
    """The length of the periods of a table of totals; None for rows with dates."""
    column = _called("period", list(frame.columns))
    if table == "contacts" or column is None or _called("date", list(frame.columns)):
        return None
    words = [str(word) for word in frame[column].cat.categories if str(word).strip()]
    return {"month": "month", "quarter": "quarter", "year": "year"}.get(_form(words), "week")


def _columns(table: str, frame: pd.DataFrame) -> list[str]:
    hints: dict[str, list[str]] = _hints()["column"]
    lines: list[str] = []
    left = list(frame.columns)
    known = {*tables()[table].names, "date"}
    known |= {"sex", "age", "ethnicity"} if tables()[table].rows == "people" else set()
    for target, words in hints.items():
        if target not in known:
            continue
        match = next((c for w in words for c in left if re.search(rf"\b{w}\b", _plain(c))), None)
        if match is None:
            continue
        left.remove(match)
        lines += ["", f"[read.columns.{target}]", f"from = {_quoted(match)}"]
        lines += _rule(target, table, frame[match])
    points = [next((c for c in left if re.search(w, _plain(c))), None) for w in _hints()["map"]]
    if all(points):
        lat, lon = (str(point) for point in points)
        lines += ["", "[read.map]  # points become areas and are not kept"]
        lines += [f"latitude = {_quoted(lat)}", f"longitude = {_quoted(lon)}"]
        left = [c for c in left if c not in points]
    for target, what in (("measure", "what is counted"), ("definition", "exactly how")):
        if target in known and f"[read.columns.{target}]" not in lines:
            lines += ["", f"[read.columns.{target}]", f'is = ""  # CHECK: {what}']
    if left:
        lines += ["", f"# Not read, and not kept: {', '.join(left)}"]
    return lines


def _rule(target: str, table: str, column: pd.Series) -> list[str]:
    words = [str(word) for word in column.cat.categories if str(word).strip()]
    if target in ("date", "period"):
        return [f'form = "{_form(words)}"'] + (
            ['# time_zone = "Europe/London"  # if times are universal'] if target == "date" else []
        )
    kind = tables()[table].column(target)
    if target == "n":
        odd = [word for word in words if not re.fullmatch(r"[\d,]+(\.0)?", word.strip())]
        listed = _listed(tuple(odd[:MANY_WORDS]))
        return [f"suppressed = {listed}  # CHECK: withheld because small?"] if odd else []
    if target == "age" and words and all(re.fullmatch(r"\d{1,3}(\.0)?", word) for word in words):
        return ["years = true"]
    allowed = kind.words if kind else ()
    if not allowed or len(words) > MANY_WORDS:
        return []
    lines = [f"[read.columns.{target}.values]", f"# one of: {', '.join(allowed)}"]
    for word in words:
        near = _word(word, allowed, target)
        if near:
            lines.append(f'{_quoted(word)} = "{near}"')
        else:
            lines.append(f'{_quoted(word)} = "unknown"  # CHECK' if "unknown" in allowed else
                         f'# {_quoted(word)} = "?"  # CHECK')  # fmt: skip
    return lines


def _word(word: str, allowed: tuple[str, ...], target: str) -> str | None:
    plain = squeezed(word)
    if plain.replace(" ", "_") in allowed:
        return plain.replace(" ", "_")
    for hint, to in _hints()["word"].get(target, {}).items():
        if to in allowed and re.search(rf"\b{hint}", plain):
            return str(to)
    return None


def _form(words: list[str]) -> str:
    """How dates are written; day before month only where a day above 12 shows it."""
    for pattern, form in _hints()["form"].items():
        if words and all(re.fullmatch(pattern, word) for word in words[:200]):
            form = str(form)
            if not form.startswith("/"):
                return form
            first = [int(word.split("/")[0]) for word in words]
            return ("%d/%m/%Y" if max(first) > 12 else "%m/%d/%Y") + form[1:]
    return "iso"
