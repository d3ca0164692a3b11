"""The five tests, each from counts to comparisons with the group of reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from offramp.learn.disparities.figures import Compared, Test
from offramp.learn.disparities.rows import Row, column, searched, summed, times
from offramp.learn.disparities.several import Stratum, Within, stratified
from offramp.learn.disparities.threshold import thresholds
from offramp.learn.disparities.veil import veil
from offramp.learn.disparities.words import TESTS
from offramp.learn.indicators.counted import UNSAID
from offramp.learn.indicators.intervals import poisson, rates, shares, wilson
from offramp.learn.indicators.protect import breakdown

if TYPE_CHECKING:
    from offramp.learn.disparities.make import Ground
    from offramp.learn.indicators.who import People

FEWEST_AREAS = 5  # of the threshold test
LEAST_SEARCHES = 20  # of each group in an area, on average
STAND_IN = (
    "finds are not recorded well enough here: a search that did not end without action stands in"
)


def _test(
    name: str, ground: Ground, compared: Sequence[Compared] = (), refused: str = "",
    notes: Sequence[str] = (),
) -> Test:  # fmt: skip
    told = TESTS[name]
    return Test(
        name, told.name, told.asks, told.method, told.limits, told.value_is,
        ground.groups.reference, refused, tuple(compared), tuple(notes),
    )  # fmt: skip


def search_rates(ground: Ground) -> Test:
    groups = ground.groups
    if groups.reference not in groups.residents:
        why = f"how many residents each {ground.question.by} group has is not known here"
        if ground.question.by == "ethnicity":
            why += ": add people.groups to place.toml"
        return _test("search_rates", ground, refused=why)
    counts = _by_group(ground, ground.rows, "n")
    hidden = breakdown(counts, None, ground.question.threshold)
    base = groups.residents[groups.reference]
    out, notes = [], []
    for group in (groups.reference, *groups.names):
        k, lives = counts.get(group, 0.0), groups.residents.get(group)
        if lives is None:
            notes.append(f"residents of {group} are not known")
            continue
        why = "small" if hidden is None else hidden.get(group, "")
        if why:
            out.append(Compared(group, None, lives, None, withheld=why))
            continue
        value = poisson(round(k), lives / 1000)
        if group == groups.reference:
            out.append(Compared(group, k, lives, value))
            continue
        against = rates(round(k), lives, round(counts[groups.reference]), base)
        out.append(Compared(group, k, lives, value, against.ratio, p=against.p))
    notes += ["numerator: searches; denominator: residents times years", *groups.caveats]
    return _test("search_rates", ground, out, notes=notes)


def finds(ground: Ground) -> Test:
    """Shares of searches with a find, or with its stand-in."""
    marked, yes, why = _marker(ground)
    if why:
        return _test("finds", ground, refused=why)
    notes = [STAND_IN] if yes == "acted" else []
    out = _shares(ground, yes, marked, lambda r: f"{r.year}|{r.area}")
    return _test("finds", ground, out, notes=[*notes, "within: area and year"])


def same_find(ground: Ground) -> Test:
    """How finds end."""
    _, yes, why = _marker(ground)
    bad = [*([why] if why else []), *ground.held.refused(ground.agency, ("arrests", "ended"))]
    if bad:
        return _test("same_find", ground, refused="; ".join(dict.fromkeys(bad)))
    notes = ["within: year, sex and age"]
    hard, all_ = ("find_hard", "find_ended")
    if yes == "acted":
        notes.insert(0, STAND_IN)
        hard, all_ = ("acted_hard", "acted")
    out = _shares(ground, hard, all_, lambda r: f"{r.year}|{r.sex}|{r.age}")
    return _test("same_find", ground, out, notes=notes)


def _marker(ground: Ground) -> tuple[str, str, str]:
    """What counts as a search whose find is known, and as a find; or why neither can be used."""
    refused = ground.held.refused(ground.agency, ("found",))
    if not refused:
        return "known", "found", ""
    ended = ground.held.refused(ground.agency, ("ended",))
    return "ended", "acted", "; ".join([*refused, *ended]) if ended else ""


def _by_group(ground: Ground, rows: Sequence[Row], value: str) -> dict[str, float]:
    found = summed(rows, lambda r: ground.groups.of(r.group), value)
    return {group: float(n) for group, n in found.items()}


def _shares(ground: Ground, part: str, whole: str, stratum: Callable[[Row], str]) -> list[Compared]:
    groups = ground.groups
    k, n = _by_group(ground, ground.rows, part), _by_group(ground, ground.rows, whole)
    shown = {g: k[g] for g in k if g not in UNSAID}
    hidden = breakdown(shown, {g: n[g] for g in shown}, ground.question.threshold)
    base_k, base_n = k.get(groups.reference, 0.0), n.get(groups.reference, 0.0)
    out = []
    for group in (groups.reference, *groups.names):
        why = "small" if hidden is None else hidden.get(group, "")
        if why or not n.get(group):
            out.append(Compared(group, None, None, None, withheld=why or "none"))
            continue
        value = wilson(k[group], n[group])
        if group == groups.reference or not base_n:
            out.append(Compared(group, k[group], n[group], value))
            continue
        against = shares(k[group], n[group], base_k, base_n)
        within = _within(ground, group, part, whole, stratum)
        out.append(
            Compared(
                group, k[group], n[group], value, against.ratio, against.difference,
                within.ratio if within else None, within.used if within else 0,
                within.p if within else against.p,
            )
        )  # fmt: skip
    return out


def _within(
    ground: Ground, group: str, part: str, whole: str, stratum: Callable[[Row], str]
) -> Within | None:
    cells: dict[str, list[int]] = {}
    for row in ground.rows:
        name = ground.groups.of(row.group)
        if name not in (group, ground.groups.reference):
            continue
        at = 0 if name == group else 2
        cell = cells.setdefault(stratum(row), [0, 0, 0, 0])
        cell[at] += int(getattr(row, part))
        cell[at + 1] += int(getattr(row, whole))
    return stratified([Stratum(*cell) for cell in cells.values()])


def threshold(ground: Ground, lives: People) -> Test:
    """The threshold test, where the people who could have been searched are counted."""
    refused = ground.held.refused(ground.agency, ("found",))
    if refused:
        return _test("threshold", ground, refused="; ".join(refused))
    names = [
        ground.groups.reference,
        *(g for g in ground.groups.names if g not in ground.groups.pool),
    ]
    counts, base = _bases(ground, lives, [n for n in names if "together" not in n])
    if counts is None:
        why = (
            "it needs a count of the people who could have been searched, by group, in at least "
            f"{FEWEST_AREAS} areas: stops without a search, or residents by area and group; {base}"
        )
        return _test("threshold", ground, refused=why)
    used, numbers = counts
    found = thresholds(numbers[0], numbers[1], numbers[2])
    if not found.converged:
        return _test("threshold", ground, refused="the model did not settle on these counts")
    out = []
    for i, group in enumerate(used):
        k, n = float(numbers[2][i].sum()), float(numbers[1][i].sum())
        gap = None if i == 0 else found.gap[i]
        p = None if i == 0 else found.p[i]
        few = any(0 < x < ground.question.threshold for x in (k, n - k))
        shown_k, shown_n = (None, None) if few else (k, n)
        out.append(Compared(group, shown_k, shown_n, found.threshold[i], difference=gap, p=p))
    areas = numbers.shape[2]
    notes = [f"{base}, {areas} areas; counts are finds of searches"]
    return _test("threshold", ground, out, notes=notes)


def _bases(
    ground: Ground, lives: People, names: Sequence[str]
) -> tuple[tuple[list[str], np.ndarray] | None, str]:
    """[people, searches, finds] by group and area, and what the people are."""
    group = column(ground.question.by, ground.question.window.ethnicity)
    areas = searched(ground.link, ground.agency, ground.months, group)
    stops = any(one.contacts > one.searches for by in areas.values() for one in by.values())
    years = len(ground.months) / 12
    units: list[list[tuple[float, int, int]]] = []
    for area, by in sorted(areas.items()):
        if area in UNSAID:
            continue
        line: list[tuple[float, int, int]] = []
        for name in names:
            one = by.get(name)
            if stops:
                line.append((one.contacts, one.searches, one.finds) if one else (0, 0, 0))
                continue
            people = lives.count("residents", area, False, ground.months[-1][:4],
                                 ground.question.by, name)  # fmt: skip
            s, h = (one.drug_searches, one.drug_finds) if one else (0, 0)
            line.append((people * years, s, h))
        if all(n > 0 and n >= s for n, s, _ in line):
            units.append(line)
    if len(units) < FEWEST_AREAS:
        return None, f"{len(units)} areas have it"
    cells = np.array(units, dtype=float).transpose(2, 1, 0)
    keep = [i for i in range(len(names)) if cells[1][i].mean() >= LEAST_SEARCHES]
    if 0 not in keep or len(keep) < 2:
        return None, "too few searches for each area and group"
    words = "people are those stopped" if stops else "people are residents"
    return ([names[i] for i in keep], cells[:, keep, :]), words


def veil_of_darkness(ground: Ground) -> Test:
    where, question = ground.question.where, ground.question
    refused = ground.held.refused(ground.agency, ("times",))
    if refused:
        return _test("veil_of_darkness", ground, refused="; ".join(refused))
    if where is None:
        why = "where the place lies is not said: give --latitude, --longitude and --time-zone, "
        why += "or latitude, longitude and time_zone in place.toml"
        return _test("veil_of_darkness", ground, refused=why)
    seen = "officer" if question.by == "ethnicity" else "self"
    held = times(ground.link, ground.agency, ground.months, column(question.by, seen))
    there = set(held.group)
    reference = ground.groups.reference
    if reference not in there:
        why = f"no contact with a time names the group {reference}"
        return _test("veil_of_darkness", ground, refused=why)
    names = [g for g in ground.groups.names if g in there]
    out, notes = [], []
    for one in veil(held, where, reference, names):
        if one.odds is None:
            notes.append(f"{one.group}: {one.why}")
            continue
        k, n = float(one.dark), float(one.dark + one.light)
        share = wilson(k, n)
        out.append(Compared(one.group, k, n, share, ratio=one.odds, p=one.p))
    if not out:
        return _test("veil_of_darkness", ground, refused="; ".join(notes) or "no groups to compare")
    notes.append("numerator: searches in the dark; denominator: in the dark or in the light")
    return _test("veil_of_darkness", ground, out, notes=notes)
