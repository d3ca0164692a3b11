"""Contact rates and how contacts end, written into place.toml with their source.

The value is that of the newest twelve finished months; its range is the lowest and highest of all
windows of twelve months in the data, for a year differs from the next by more than chance. Only
what the data bear is written; what is refused is said and left as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema_indicators import Counted
from offramp.data.store import open_store
from offramp.learn.indicators.counted import Counts, contacts
from offramp.learn.indicators.coverage import Coverage, coverage
from offramp.learn.indicators.group_entry import with_group_entry
from offramp.learn.indicators.make import Asked
from offramp.learn.indicators.who import group_word, own
from offramp.place.edit import with_entry
from offramp.place.new import must_be_right
from offramp.place.write import write_over

if TYPE_CHECKING:
    from offramp.place.load import LoadedPlace

YEAR = 12
LEAST = 9  # months; fewer do not make a year
ENDS = {
    "ends_no_action": ("no_action",),
    "ends_warning": ("warning",),
    "ends_resolution": ("resolution", "citation", "caution"),
    "ends_referral": ("referral",),
    "ends_arrest": ("arrest", "charge", "summons"),
}
KNOWN = tuple(word for words in ENDS.values() for word in words)


@dataclass(frozen=True)
class Entry:
    """One line of [contacts], or of a group of people.groups: its key, value and range, and the
    months it is of."""

    key: str
    value: float
    low: float | None
    high: float | None
    months: tuple[str, ...]
    counts: str
    group: str = ""


def update(place: LoadedPlace, asked: Asked) -> list[str]:
    """Write the entries; what was done, line by line.

    Raises InputError: no contacts of the place, or a file that cannot be changed safely."""
    entries, refused = entries_of(place, asked)
    if not entries and not refused:
        right = "import stops first: offramp data import FILE --place PLACE"
        raise InputError(Problem(str(place.path), 0, "contacts", "no contacts in its data", right))
    assert place.file is not None
    text = place.file.text.removeprefix("\ufeff")
    agency = agency_of(place, asked)
    told = []
    for entry in entries:
        value = as_toml(entry, agency)
        where = f"people.groups ({entry.group})" if entry.group else "contacts"
        if entry.group:
            new = with_group_entry(text, entry.group, entry.key, value)
        else:
            new = with_entry(text, "contacts", entry.key, value)
        if new is None:
            problem = "could not be written without touching other lines"
            right = f"add it by hand: {entry.key} = {entry.value:g}"
            raise InputError(Problem(str(place.path), 0, f"{where}.{entry.key}", problem, right))
        text = new
        span = f" ({entry.low:g} to {entry.high:g})" if entry.low is not None else ""
        name = f"{entry.group}: {entry.key}" if entry.group else entry.key
        told.append(f"{name} = {entry.value:g}{span}: {entry.counts}")
    must_be_right(text)
    write_over(place.path, text)
    return told + refused


def agency_of(place: LoadedPlace, asked: Asked) -> str:
    store = open_store(Path(place.folder))
    with store.connect() as link:
        held = coverage(link, asked.window)
    who = own(place.place, asked.agency, asked.areas)
    return who.agency(sorted(held.months)) or ""


def as_toml(entry: Entry, agency: str) -> dict[str, Any]:
    value: dict[str, Any] = {"value": entry.value}
    if entry.low is not None:
        value |= {"low": entry.low, "high": entry.high}
    span = f"{entry.months[0]} to {entry.months[-1]}"
    value["source"] = f"imported contacts of {agency}, {len(entry.months)} months, {span}"
    value["on"] = int(entry.months[-1][:4])
    value["note"] = entry.counts
    return value


def entries_of(place: LoadedPlace, asked: Asked) -> tuple[list[Entry], list[str]]:
    """What can be written, and what is refused and why."""
    agency = agency_of(place, asked)
    if not agency:
        return [], []
    store = open_store(Path(place.folder))
    found = {"drugs": True, "found": ["yes"]}
    wanted = [
        Counted(table="contacts", where={"drugs": True}),
        Counted(table="contacts", where={"drugs": True, "found": ["yes", "no"]}),
        Counted(table="contacts", where=found),
        Counted(table="contacts", where={**found, "ended": list(KNOWN)}),
        *(Counted(table="contacts", where={**found, "ended": list(w)}) for w in ENDS.values()),
    ]
    with store.connect() as link:
        held = coverage(link, asked.window)
        counts = contacts(link, wanted, ("ethnicity",), asked.window)
    months = [
        {at.period: int(n or 0) for at, n in one.n.items()
         if at.unit == agency and at.group_kind == "all"}
        for one in counts
    ]  # fmt: skip
    refused = [f"not written: {why}" for why in held.refused(agency, ("found", "ended"))]
    entries = _rates(months[0], held.months[agency])
    entries += _groups(place, counts[0], agency, held.months[agency])
    finished = held.finished.get(agency, ())
    if not held.refused(agency, ("found",)):
        entries += _share("found", months[2], months[1], finished, "finds", "searches")
        if not held.refused(agency, ("ended",)):
            entries += _ends(months, held, agency, finished, refused)
    if len(held.months[agency]) < LEAST:
        refused.append(f"not written: fewer than {LEAST} whole months of contacts")
    return entries, refused


def _ends(
    months: Sequence[dict[str, int]],
    held: Coverage,
    agency: str,
    finished: Sequence[str],
    refused: list[str],
) -> list[Entry]:
    ends: list[Entry] = []
    for (key, _), own_months in zip(ENDS.items(), months[4:], strict=True):
        if not sum(own_months.values()) and key != "ends_no_action":
            refused.append(f"{key} not written: no word of the source says so; not known, not none")
            continue
        if key == "ends_arrest" and held.refused(agency, ("arrests",)):
            refused += [f"not written: {why}" for why in held.refused(agency, ("arrests",))]
            continue
        ends += _share(key, own_months, months[3], finished, "", "finds")
    return ends


def _windows(months: Sequence[str]) -> list[tuple[str, ...]]:
    """All runs of twelve usable months, oldest first; one shorter run when there are fewer."""
    if len(months) < LEAST:
        return []
    if len(months) < YEAR:
        return [tuple(months)]
    return [tuple(months[i : i + YEAR]) for i in range(len(months) - YEAR + 1)]


def _rates(counted: dict[str, int], months: Sequence[str]) -> list[Entry]:
    windows = _windows(months)
    if not windows:
        return []
    rates = [sum(counted.get(m, 0) for m in window) * YEAR / len(window) for window in windows]
    newest = windows[-1]
    total = sum(counted.get(m, 0) for m in newest)
    low, high = (min(rates), max(rates)) if len(windows) > YEAR else (None, None)
    words = f"{total:,} drug searches in {len(newest)} months"
    return [Entry("searches_drug_year", round(rates[-1]), _whole(low), _whole(high), newest, words)]


def _groups(place: LoadedPlace, counts: Counts, agency: str, months: Sequence[str]) -> list[Entry]:
    """Searches of each group whose residents the place file gives."""
    found = []
    for group in place.place.people.groups:
        word = group_word(group.name)
        own = {
            at.period: int(n or 0)
            for at, n in counts.n.items()
            if (at.unit, at.group_kind, at.group) == (agency, "ethnicity", word)
        }
        found += [replace(entry, group=group.name) for entry in _rates(own, months) if own]
    return found


def _whole(value: float | None) -> float | None:
    return None if value is None else round(value)


def _share(
    key: str,
    part: dict[str, int],
    whole: dict[str, int],
    months: Sequence[str],
    one: str,
    of: str,
) -> list[Entry]:
    windows = _windows(months)
    sums = [(sum(part.get(m, 0) for m in w), sum(whole.get(m, 0) for m in w)) for w in windows]
    if not windows or not sums[-1][1]:
        return []
    shares = [k / n for k, n in sums if n]
    k, n = sums[-1]
    low, high = (min(shares), max(shares)) if len(windows) > YEAR else (None, None)
    words = f"{k:,} {one} of {n:,} {of} in {len(windows[-1])} months".replace("  ", " ")
    if low is not None and high is not None:
        low, high = round(low, 4), round(high, 4)
    return [Entry(key, round(k / n, 4), low, high, windows[-1], words)]
