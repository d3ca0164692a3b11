"""When data cannot bear an indicator or an evaluation, and why.

The limits are rules of ours, not findings: they say from when on a count of outcomes would rather
measure how outcomes are written down.

- **arrests**: an agency with MANY contacts and not one arrest does not record arrests there.
- **ended**: more than a fifth of contacts have no outcome.
- **found**: whether something was found is not said for more than half.
- **months**: more than nine in ten contacts without action, where the agency's usual share is far
  below, or most outcomes blank: outcomes of that month are not finished. Leave it out.
- **times**: more than half at midnight: the source gives days only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

MANY = 200  # contacts
BLANK_AT_MOST = 0.20
FOUND_KNOWN_AT_LEAST = 0.50
NO_ACTION_AT_MOST = 0.90
USUAL_BELOW = 0.85
MIDNIGHT_AT_MOST = 0.50
BLANK_COLUMNS = ("object", "power", "sex", "age", "ethnicity_officer", "ethnicity_self", "area")


@dataclass(frozen=True)
class MonthOfAgency:
    """Counts of one agency's contacts in one month."""

    agency: str
    month: str
    rows: int = 0
    drugs: int = 0
    no_outcome: int = 0
    no_action: int = 0
    arrests: int = 0
    midnight: int = 0
    found_known: int = 0
    on_first: int = 0  # on the first day of the month
    last_day: int = 31
    first_day: int = 1
    object: int = 0
    power: int = 0
    sex: int = 0
    age: int = 0
    ethnicity_officer: int = 0
    ethnicity_self: int = 0
    area: int = 0

    def plus(self, other: MonthOfAgency) -> MonthOfAgency:
        mine, theirs = asdict(self), asdict(other)
        added = {
            name: mine[name] + theirs[name]
            for name in mine
            if name not in ("agency", "month", "last_day", "first_day")
        }
        days = {
            "last_day": max(self.last_day, other.last_day),
            "first_day": min(self.first_day, other.first_day),
        }
        return MonthOfAgency(agency=self.agency, month=self.month, **added, **days)


@dataclass(frozen=True)
class Refusal:
    """What cannot be measured, whose, and why. measure: arrests, ended, found, times, or months
    (then `periods` are to be left out and the rest can be used)."""

    table: str
    agency: str
    measure: str
    reason: str
    periods: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def refusals_of(months: Iterable[MonthOfAgency]) -> list[Refusal]:
    """What these counts cannot bear."""
    found: list[Refusal] = []
    all_ = list(months)
    for agency in sorted({m.agency for m in all_}):
        own = sorted((m for m in all_ if m.agency == agency), key=lambda m: m.month)
        rows = sum(m.rows for m in own)
        if rows < MANY:
            continue

        def refuse(
            measure: str, reason: str, periods: tuple[str, ...] = (), a: str = agency
        ) -> None:
            found.append(Refusal("contacts", a, measure, reason, periods))

        blank = sum(m.no_outcome for m in own)
        if sum(m.arrests for m in own) == 0:
            refuse(
                "arrests",
                f"{agency} records not one arrest among {rows:,} contacts: "
                "arrests are not written down here",
            )
        if blank > BLANK_AT_MOST * rows:
            refuse(
                "ended",
                f"{agency} leaves how the contact ended blank in {blank / rows:.0%} of {rows:,} "
                "contacts: a change may be one of writing down",
            )
        if sum(m.found_known for m in own) < FOUND_KNOWN_AT_LEAST * rows:
            refuse("found", f"{agency} mostly does not say whether something was found")
        if sum(m.midnight for m in own) > MIDNIGHT_AT_MOST * rows:
            refuse("times", f"{agency} gives days and no times: most contacts are at midnight")
        unfinished = _unfinished(own)
        if unfinished:
            refuse(
                "months",
                f"{agency} has outcomes not yet finished in {', '.join(unfinished)}: "
                "leave these months out",
                unfinished,
            )
    return found


def _unfinished(own: list[MonthOfAgency]) -> tuple[str, ...]:
    shares = {m.month: m.no_action / (m.rows - m.no_outcome) for m in own if m.rows > m.no_outcome}
    usual = median(shares.values()) if shares else 1.0
    return tuple(
        m.month
        for m in own
        if m.rows >= 30
        and (
            (usual < USUAL_BELOW and shares.get(m.month, 1.0) > NO_ACTION_AT_MOST)
            or m.no_outcome > 0.5 * m.rows
        )
    )


def refusals(contacts: pd.DataFrame) -> list[Refusal]:
    """The same for a frame of the contacts table."""
    from offramp.data.quality import Tally

    tally = Tally()
    if len(contacts):
        tally.add(contacts)
    return tally.refusals()


def usable_months(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contacts without the months whose outcomes are unfinished."""
    out = contacts
    for refusal in refusals(contacts):
        if refusal.measure == "months":
            bad = (out["agency"] == refusal.agency) & out["month"].isin(refusal.periods)
            out = out[~bad]
    return out


def one_definition(frame: pd.DataFrame, file: str = "the store") -> None:
    """Raise InputError when a frame mixes two definitions of the same count."""
    if "definition" not in frame or not len(frame):
        return
    for measure, part in frame.groupby("measure", observed=True)["definition"]:
        names = sorted(part.unique())
        if len(names) > 1:
            raise InputError(
                Problem(
                    file, 0, "definition",
                    f"mixes {len(names)} definitions of {measure}: {'; '.join(names)}",
                    "choose one: they count different things",
                )
            )  # fmt: skip
