"""Rows become counts: period × area × group, one group at a time.

Rows about health and services pass through here while they are read; only what comes out is ever
written. One person with several rows (a drug, a dose each) is counted once; a further count
(`also`) is yes for a person when any of the rows says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.data.periods import periods_of
from offramp.data.rules import GROUPS, Also, Read
from offramp.data.tables import Table, tables
from offramp.data.words import constant, squeezed

if TYPE_CHECKING:
    import pandas as pd


def says_yes(also: Also, chunk: pd.DataFrame) -> pd.Series:
    """True where the column says yes."""
    words = chunk[also.from_].astype(str).map(squeezed)
    if also.yes:
        return words.isin([squeezed(word) for word in also.yes])
    return ~words.isin([squeezed(word) for word in also.yes_unless])


def of_people(read: Read, people: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Counts of rows of people. flags: one column of true and false for each of `read.also`,
    with the same index; a person's rows are put together by the column `person`."""
    import pandas as pd

    people = people.drop(columns="n", errors="ignore")
    for name in people.columns:
        if isinstance(people[name].dtype, pd.CategoricalDtype):
            people[name] = people[name].astype(str)
    if "person" in people:
        flags = flags.groupby(people["person"].to_numpy()).any()
        people = people.drop_duplicates("person").set_index("person")
        flags = flags.loc[people.index]
    people = people.reset_index(drop=True)
    flags = flags.reset_index(drop=True)
    if "area" not in people:
        people["area"], people["area_kind"] = "unknown", "none"
    parts: list[pd.DataFrame] = []
    for kind in read.periods or ["month"]:
        people["period"] = periods_of(people["date"], kind)
        groups = [name for name in GROUPS if name in people and kind != "week"]
        for whole in (True, False):
            for group in (None, *groups):
                parts.append(_cut(read, people, kind, whole, group))
            for number, also in enumerate(read.also):
                cut = _cut(read, people[flags[number].to_numpy()], kind, whole, None)
                # None of them in a period is a nought, not a gap.
                every = _cut(read, people, kind, whole, None).assign(n=0)
                cut = pd.concat([cut, every]).drop_duplicates(["period", "area"])
                if also.measure:
                    cut["measure"] = also.measure
                if also.substance:
                    cut["substance"] = also.substance
                parts.append(cut)
    return pd.concat(parts, ignore_index=True)


def _cut(
    read: Read, people: pd.DataFrame, kind: str, whole: bool, group: str | None
) -> pd.DataFrame:
    by = ["agency", "measure", "definition", "period"]
    by += [] if whole else ["area_kind", "area"]
    by += [group] if group else []
    cut = people.groupby(by, observed=True).size().reset_index(name="n")
    if whole:
        cut["area_kind"], cut["area"] = "whole", read.whole or "all"
    cut["group_kind"] = group or "all"
    cut["group"] = cut.pop(group) if group else "all"
    return cut.assign(period_kind=kind, substance="any")


def folded(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The table's columns, with equal rows added up. A sum with a missing part is missing."""
    import pandas as pd

    frame = _completed(table, frame)
    keys = [c.name for c in table.columns if c.kind == "text"]
    counts = [c.name for c in table.columns if c.kind == "count"]
    marks = [c.name for c in table.columns if c.kind == "yes_no"]
    for name in counts:
        frame[f"{name} missing"] = frame[name].isna()
    # Sums of floats and ors of bytes run in compiled code; counts are far below 2**53.
    frame[counts] = frame[counts].astype("float64")
    lost = [f"{name} missing" for name in counts]
    frame[marks + lost] = frame[marks + lost].astype("int8")
    grouped = frame.groupby(keys, observed=True, sort=False, dropna=False)
    added = grouped[counts].sum()
    ors = grouped[marks + lost].max().astype(bool) if marks + lost else pd.DataFrame()
    for name in counts:
        added[name] = added[name].mask(ors[f"{name} missing"]).astype("Int64")
    for name in marks:
        added[name] = ors[name]
    return added.reset_index()[list(table.names)]


def _completed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """With every column of the table; text as categories, which group fast."""
    import pandas as pd

    blanks = {"substance": "any", "group_kind": "all", "group": "all", "area_kind": "none"}
    frame = frame.copy()
    for column in table.columns:
        name = column.name
        if name not in frame:
            if column.kind == "text":
                word = blanks.get(name, "unknown" if column.words else "")
                frame[name] = constant(word, frame.index)
            else:
                frame[name] = 1 if column.kind == "count" else False
        elif column.kind == "text" and not isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].astype(str).astype("category")
    return frame


def last_are_provisional(read: Read, frame: pd.DataFrame) -> pd.DataFrame:
    """Mark the last periods that have any count."""
    if read.provisional_last and len(frame):
        known = sorted(frame.loc[frame["n"].notna(), "period"].unique())
        late = set(known[-read.provisional_last :])
        frame["provisional"] = frame["period"].isin(late)
    return frame


def with_breaks(read: Read, frame: pd.DataFrame) -> pd.DataFrame:
    """Put what is counted in another way under another definition, so that it cannot be mixed."""
    for change in read.breaks:
        after = frame["period"] >= change.period
        if change.area is not None:
            after &= frame["area"] == change.area
        frame.loc[after, "definition"] = (
            frame.loc[after, "definition"] + f" (changed from {change.period}: {change.why})"
        )
    return frame


def is_people(read: Read) -> bool:
    """True when the rows are people, and must not be kept."""
    return tables()[read.table].rows == "people" and "date" in read.columns
