"""What a file or a table is worth: gaps, blanks, changes of words, impossible values.

`Tally` is filled chunk by chunk while contacts are read, so that a large file needs little
memory; count tables are looked at whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from offramp.data.periods import all_periods
from offramp.data.refuse import BLANK_COLUMNS, MonthOfAgency, Refusal, refusals_of

if TYPE_CHECKING:
    import pandas as pd

    from offramp.data.reading import FileRead

GROUP_COLUMNS = ("sex", "age", "ethnicity_officer", "ethnicity_self")
CHANGED = 0.2  # two sets of words with less in common than this are two vocabularies
JUMP = 1.6  # times the highest of the four periods before, and staying there


@dataclass
class Tally:
    """Counts of contacts by agency and month, added up over chunks."""

    months: dict[tuple[str, str], MonthOfAgency] = field(default_factory=dict)
    missing_by_group: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    words: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, frame: pd.DataFrame) -> None:
        """One chunk of the contacts table."""
        marks = frame[["agency", "month"]].assign(
            rows=1,
            drugs=frame["drugs"].to_numpy(),
            no_outcome=(frame["ended"] == "unknown").to_numpy(),
            no_action=(frame["ended"] == "no_action").to_numpy(),
            arrests=(frame["ended"] == "arrest").to_numpy(),
            midnight=(frame["minute"] == 0).fillna(False).to_numpy(),
            found_known=(frame["found"] != "unknown").to_numpy(),
            on_first=(frame["date"].dt.day == 1).to_numpy(),
            last_day=frame["date"].dt.day.to_numpy(),
            first_day=frame["date"].dt.day.to_numpy(),
            **{name: (frame[name] == "unknown").to_numpy() for name in BLANK_COLUMNS},
        )
        how = {"last_day": "max", "first_day": "min"}
        sums = {n: how.get(n, "sum") for n in marks.columns if n not in ("agency", "month")}
        for key, row in marks.groupby(["agency", "month"], observed=True).agg(sums).iterrows():
            assert isinstance(key, tuple)
            place = (str(key[0]), str(key[1]))
            numbers: dict[str, Any] = {str(k): int(v) for k, v in row.items()}
            new = MonthOfAgency(*place, **numbers)
            old = self.months.get(place)
            self.months[place] = new if old is None else old.plus(new)
        for name in GROUP_COLUMNS:
            sizes = frame.groupby([name, "ended"], observed=True).size()
            for pair, number in sizes.items():
                assert isinstance(pair, tuple)
                self.missing_by_group[(name, str(pair[0]), str(pair[1] == "unknown"))] += int(
                    number
                )

    def refusals(self) -> list[Refusal]:
        return refusals_of(self.months.values())

    def gaps(self) -> dict[str, list[str]]:
        """Months without a row between an agency's first and last."""
        found = {}
        for agency in sorted({agency for agency, _ in self.months}):
            months = sorted(month for a, month in self.months if a == agency)
            missing = [m for m in all_periods(months[0], months[-1], "month") if m not in months]
            if missing:
                found[agency] = missing
        return found

    def breaks(self) -> list[dict[str, str]]:
        """Months from which an agency has far more, or far fewer, contacts than in any of the four
        before, and keeps them: a change of recording, of the rules or of practice."""
        found = []
        for agency in sorted({agency for agency, _ in self.months}):
            rows = {m.month: m.rows for a, m in _by_month(self.months) if a == agency}
            months = sorted(rows)
            for at in range(4, len(months) - 3):
                before = [rows[m] for m in months[at - 4 : at]]
                after = [rows[m] for m in months[at : at + 4]]
                if min(before) >= 50 and min(after) > JUMP * max(before):
                    found.append({"agency": agency, "month": months[at], "way": "up"})
                elif min(after) >= 50 and min(before) > JUMP * max(after):
                    found.append({"agency": agency, "month": months[at], "way": "down"})
        return found

    def summary(self) -> dict[str, Any]:
        """What is told of contacts, as plain values."""
        all_ = list(self.months.values())
        rows = sum(m.rows for m in all_) or 1
        by_agency = {}
        for agency in sorted({m.agency for m in all_}):
            own = [m for m in all_ if m.agency == agency]
            total = sum(m.rows for m in own)
            by_agency[agency] = {
                "rows": total,
                "drugs": sum(m.drugs for m in own),
                "first": min(m.month for m in own),
                "last": max(m.month for m in own),
                "outcome_blank": round(sum(m.no_outcome for m in own) / total, 4),
                "at_midnight": round(sum(m.midnight for m in own) / total, 4),
                "on_the_first": round(sum(m.on_first for m in own) / total, 4),
                "starts_late": [
                    f"{m.month}-{m.first_day:02d}" for m in own if m.first_day > 7 and m.rows >= 50
                ],
                "ends_early": [
                    f"{m.month}-{m.last_day:02d}" for m in own if m.last_day < 25 and m.rows >= 50
                ],
            }
        return {
            "agencies": by_agency,
            "gaps": self.gaps(),
            "breaks": self.breaks(),
            "blank": {n: round(sum(getattr(m, n) for m in all_) / rows, 4) for n in BLANK_COLUMNS},
            "outcome_blank_by_group": self._missing(),
        }

    def _missing(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for name in GROUP_COLUMNS:
            for group in sorted({g for n, g, _ in self.missing_by_group if n == name}):
                blank = self.missing_by_group[(name, group, "True")]
                known = self.missing_by_group[(name, group, "False")]
                if blank + known:
                    found.setdefault(name, {})[group] = round(blank / (blank + known), 4)
        return found


def _by_month(
    months: dict[tuple[str, str], MonthOfAgency],
) -> Iterable[tuple[str, MonthOfAgency]]:
    return ((agency, month) for (agency, _), month in months.items())


def vocabulary_changes(words: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """Months from which quite other words are used for how contacts end.

    words: (month, word) -> rows. A change is told where the words of the six months before and
    of the six months from then on have almost nothing in common."""
    by_month: dict[str, set[str]] = {}
    for (month, word), number in words.items():
        if word.strip() and number:
            by_month.setdefault(month, set()).add(word)
    months = sorted(by_month)
    found = []
    for at in range(1, len(months)):
        before = set().union(*(by_month[m] for m in months[max(0, at - 6) : at]))
        after = set().union(*(by_month[m] for m in months[at : at + 6]))
        if len(before & after) / len(before | after) < CHANGED:
            found.append({"from": months[at], "gone": sorted(before), "new": sorted(after)})
    return found


def of_counts(frame: pd.DataFrame) -> dict[str, Any]:
    """Gaps, withheld cells and jumps of a count table. Offences have no withheld cells."""
    keys = [
        c
        for c in ("agency", "period_kind", "area_kind", "area", "measure", "definition",
                  "substance", "group_kind", "group")
        if c in frame
    ]  # fmt: skip
    withheld = int(frame["suppressed"].sum()) if "suppressed" in frame else 0
    missing = int(frame["n"].isna().sum()) - withheld
    jumps: list[dict[str, str]] = []
    gaps: Counter[str] = Counter()
    some = frame[frame["group_kind"] == "all"] if "group_kind" in frame else frame
    every = {
        str(kind): all_periods(part.min(), part.max(), str(kind))
        for kind, part in frame.groupby("period_kind", observed=True)["period"]
    }
    if len(some) <= 300_000 and "suppressed" in frame:
        for key, part in some.groupby(keys, observed=True):
            kind = part["period_kind"].iloc[0]
            series = part.set_index("period")["n"].sort_index()
            expected = [p for p in every[kind] if series.index[0] <= p <= series.index[-1]]
            gaps[kind] += len(expected) - len(series)
            if kind in ("month", "quarter"):
                jumps += _jumps(series, dict(zip(keys, key, strict=True)))
    return {
        "rows": len(frame),
        "first": {k: v[0] for k, v in every.items()},
        "last": {k: v[-1] for k, v in every.items()},
        "withheld": withheld,
        "not_available": missing,
        "provisional": int(frame["provisional"].sum()) if "provisional" in frame else 0,
        "periods_missing_inside_series": {k: v for k, v in gaps.items() if v},
        "definitions": sorted(frame["definition"].unique()) if "definition" in frame else [],
        "jumps": jumps,
    }


def _jumps(series: pd.Series, key: dict[str, Any]) -> list[dict[str, str]]:
    """Where a count goes up by more than half at once and stays there: often a definition."""
    values = series.dropna().astype(float)
    found = []
    for at in range(4, len(values) - 3):
        before, after = values.iloc[at - 4 : at], values.iloc[at : at + 4]
        if before.min() >= 50 and after.min() > JUMP * before.max():
            found.append(
                {"period": str(values.index[at]), "area": str(key.get("area", "")),
                 "measure": str(key.get("measure", "")), "substance": str(key.get("substance", ""))}
            )  # fmt: skip
    return found


def report_on(
    read: FileRead, tally: Tally, frames: dict[str, list[pd.DataFrame]]
) -> dict[str, Any]:
    """All that is known about one file, as one document."""
    import pandas as pd

    context = read.context
    report: dict[str, Any] = {
        "file": context.shown,
        "reader": read.reader.id,
        "name": read.reader.name,
        "licence": read.reader.licence,
        "rows": read.rows,
        "alike_rows": read.duplicates,
        "new_words": [
            {"column": column, "word": word, "rows": rows}
            for (column, word), rows in sorted(context.new_words.items())
        ],
        "partial_periods_left_out": dict(context.partial),
        "moved_by_local_time": context.moved,
        "impossible_places": context.impossible_places,
        "without_place": context.unplaced,
        "vocabulary_changes": vocabulary_changes(read.words),
        "breaks": [b.model_dump() for r in read.reader.read for b in r.breaks],
        "notes": list(read.reader.notes),
        "tables": {},
        "refusals": [],
    }
    if tally.months:
        report["tables"]["contacts"] = tally.summary()
        report["refusals"] = [r.as_dict() for r in tally.refusals()]
    for name, parts in frames.items():
        if name not in ("contacts", "cohorts") and parts:
            together = pd.concat(parts, ignore_index=True)
            report["tables"][name] = (
                {"rows": len(together)} if name == "surveys" else of_counts(together)
            )
    return report


def is_warning(report: dict[str, Any]) -> bool:
    """True when something in the report asks for a decision."""
    contacts = report["tables"].get("contacts", {})
    return bool(
        report["new_words"]
        or report["refusals"]
        or report["vocabulary_changes"]
        or report["impossible_places"]
        or contacts.get("gaps")
        or contacts.get("breaks")
        or any(t.get("jumps") for t in report["tables"].values())
    )


def merged(tallies: Iterable[Tally]) -> Tally:
    """Several files as if they were one."""
    whole = Tally()
    for tally in tallies:
        for key, month in tally.months.items():
            old = whole.months.get(key)
            whole.months[key] = month if old is None else old.plus(month)
        whole.missing_by_group += tally.missing_by_group
        whole.words += tally.words
    return whole
