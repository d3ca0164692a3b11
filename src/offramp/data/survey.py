"""Answers of people become totals while they are read: asked, yes, the weighted share.

With weights w the share is sum(w·yes) / sum(w), and the number asked counts only as
n_effective = (sum w)² / sum w² (Kish 1965): what a simple sample of that size would tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.catalogue.problems import Problem
from offramp.data.periods import periods_of
from offramp.data.rules import GROUPS, Read
from offramp.data.translate import Context
from offramp.data.words import squeezed

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10  # people behind a total that comes in


def totals(read: Read, chunk: pd.DataFrame, people: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Totals for each question, for all and by group. Answers that are neither yes nor no count
    as not asked and are told."""
    import pandas as pd

    chunk = chunk.loc[people.index]
    weight = _weights(read, chunk, context)
    people = people.copy()
    if "date" in people:
        people["period_kind"] = read.periods[0] if read.periods else "year"
        people["period"] = periods_of(people["date"], people["period_kind"].iloc[0])
    for name, blank in (("area_kind", "whole"), ("area", read.whole or "all")):
        if name not in people:
            people[name] = blank
    keys = ["agency", "period_kind", "period", "area_kind", "area"]
    parts = []
    for question in read.questions:
        answers = chunk[question.from_].astype(str).map(squeezed)
        yes = answers.isin([squeezed(word) for word in question.yes])
        no = answers.isin([squeezed(word) for word in question.no])
        for word in sorted(set(answers[~yes & ~no & (answers != "")])):
            context.new_words[(question.from_, word)] += int((answers == word).sum())
        for group in (None, *(name for name in GROUPS if name in people)):
            asked = people.loc[yes | no, [*keys, *([group] if group else [])]].astype(str)
            frame = asked.assign(yes=yes, w=weight, wy=weight * yes, ww=weight**2)
            by = [*keys, *([group] if group else [])]
            total = frame.groupby(by).agg(
                asked=("yes", "size"), yes=("yes", "sum"), w=("w", "sum"), wy=("wy", "sum"),
                ww=("ww", "sum"),
            )  # fmt: skip
            total = total.reset_index()
            total["share"] = total["wy"] / total["w"]
            total["n_effective"] = total["w"] ** 2 / total["ww"]
            total["question"], total["group_kind"] = question.id, group or "all"
            total["group"] = total.pop(group) if group else "all"
            parts.append(total.drop(columns=["w", "wy", "ww"]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def given_totals(read: Read, frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Rows of a file that holds totals already: asked and yes. The index is the line.

    Totals of few people, more yes than asked, and a total that stands twice are problems."""
    keys = ["agency", "period", "area", "question", "group_kind", "group"]
    frame = frame.copy()
    for name in keys:
        blank = "all" if name in ("area", "group_kind", "group") else ""
        frame[name] = frame[name].astype(str).replace("", blank) if name in frame else blank
    asked, yes = frame["asked"], frame["yes"]

    def told(which: pd.Series, column: str, what: str, right: str) -> None:
        for line in frame.index[which.fillna(False)][:50]:
            context.problem(int(line), column, what, right)

    few = f"fewer than {FEWEST} people"
    told(asked < FEWEST, "asked", f"is {few}", "wait and put two periods or groups together")
    told(yes > asked, "yes", "is more than were asked", "asked is yes and no together")
    told(asked.isna() | yes.isna(), "asked", "is blank", "a number of people")
    told(frame.duplicated(keys), "question", "has a total already", "one line for each total")
    told(frame["question"] == "unknown", "question", "is not one of the six", "1 to 6")
    frame["period_kind"] = read.periods[0]
    frame["area_kind"] = "whole"
    frame["share"] = yes.astype("float64") / asked.astype("float64").where(asked > 0)
    frame["n_effective"] = asked.astype("float64")
    return frame


def _weights(read: Read, chunk: pd.DataFrame, context: Context) -> pd.Series:
    import pandas as pd

    if read.weight is None:
        return pd.Series(1.0, index=chunk.index)
    weight = pd.to_numeric(chunk[read.weight].astype(str), errors="coerce").astype(float)
    for row in chunk.index[weight.isna() | (weight <= 0)][:50]:
        context.problems.append(
            Problem(context.shown, int(row), read.weight, "is no weight", "a number above 0")
        )
    return weight
