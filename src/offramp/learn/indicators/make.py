"""Every indicator of the catalogue that a place's data allow, and why not for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema_indicators import Indicator, Reading
from offramp.data.store import Store, open_store
from offramp.learn.indicators import counted as tables
from offramp.learn.indicators.cells import Rule, of_unit
from offramp.learn.indicators.counted import Answer, Window
from offramp.learn.indicators.coverage import coverage
from offramp.learn.indicators.figures import Cell, Read, Result, Status, result_dict
from offramp.learn.indicators.gather import Data, Gathered, Numbers, gather
from offramp.learn.indicators.intervals import wilson
from offramp.learn.indicators.protect import SMALL, alone, breakdown
from offramp.learn.indicators.who import People, own, people

if TYPE_CHECKING:
    from offramp.place.load import LoadedPlace

THRESHOLD = 10
MOST_PEERS = 40
OF = {"residents": "residents", "people_who_inject": "people who inject", "officers": "officers"}


@dataclass(frozen=True)
class Asked:
    """What the user asks for. only: ids of indicators, empty for all."""

    grain: str = "year"
    threshold: int = THRESHOLD
    agency: str | None = None
    areas: tuple[str, ...] = ()
    window: Window = field(default_factory=Window)
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that is told. agency: the place's own in the data; peers: the others; sources:
    what was imported; left_out: months that are in no number of the place, and why."""

    place: LoadedPlace
    asked: Asked
    agency: str | None
    peers: tuple[str, ...]
    results: tuple[Result, ...]
    sources: tuple[dict[str, Any], ...]
    people: tuple[str, ...]
    refusals: tuple[dict[str, Any], ...]
    left_out: dict[str, str]

    @property
    def first(self) -> list[Result]:
        """The six to start with, in their order."""
        return sorted((r for r in self.results if r.first), key=lambda r: r.first or 0)

    def of_status(self, *status: Status) -> list[Result]:
        return [result for result in self.results if result.status in status]

    def as_dict(self) -> dict[str, Any]:
        described = self.place.place
        return {
            "place": {
                "name": described.name,
                "country": described.country,
                "as_of": described.as_of.isoformat(),
                "example_notice": described.example_notice,
            },
            "asked": {
                "by": self.asked.grain,
                "from": self.asked.window.first or None,
                "to": self.asked.window.last or None,
                "ethnicity": self.asked.window.ethnicity,
                "threshold": self.asked.threshold,
            },
            "agency": self.agency,
            "peers": list(self.peers),
            "first_six": [result.id for result in self.first],
            "indicators": [result_dict(result) for result in self.results],
            "left_out": self.left_out,
            "refusals": list(self.refusals),
            "residents": list(self.people),
            "sources": list(self.sources),
        }


def indicators(place: LoadedPlace, catalogue: Catalogue, asked: Asked) -> Report:
    """Read the place's store. Raises InputError: an agency that is not in the data, or a store
    that lies inside the place's folder."""
    store = open_store(Path(place.folder))
    with store.connect() as link:
        data, mine = _data(link, place, asked)
        results = [
            _result(one, data, mine, asked)
            for one in sorted(catalogue.indicators.values(), key=_order)
            if not asked.only or one.id in asked.only
        ]
    left = {
        month: why
        for (agency, month), why in data.coverage.left_out.items()
        if agency == data.agency
    }
    return Report(
        place=place,
        asked=asked,
        agency=data.agency,
        peers=tuple(one for one in data.agencies if one != data.agency),
        results=tuple(results),
        sources=tuple(_sources(store)),
        people=tuple(sorted(mine.sources)),
        refusals=tuple(refusal.as_dict() for refusal in data.coverage.refusals),
        left_out=left,
    )


def _data(link: Any, place: LoadedPlace, asked: Asked) -> tuple[Data, People]:
    who = own(place.place, asked.agency, asked.areas)
    held = coverage(link, asked.window)
    agencies = tuple(sorted(held.months))
    here = who.agency(agencies) if agencies else None
    data = Data(link, place, who, here, agencies, held, asked.window, asked.grain)
    return data, people(link, place, who)


def _order(one: Indicator) -> tuple[str, int]:
    return "SHCEPO".index(one.id[1]).__str__(), int(one.id[2:])


def _sources(store: Store) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "file": Path(one.file).name,
            "reader": one.reader,
            "rows": one.rows,
            "first": one.first,
            "last": one.last,
            "imported": one.on,
            "notes": one.notes,
        }
        for one in store.imports()
    ]


def _result(one: Indicator, data: Data, mine: People, asked: Asked) -> Result:
    """One indicator: all its readings that the data allow."""
    reads: list[Read] = []
    refused: list[str] = []
    hints: list[str] = []
    for reading in one.read:
        if reading.form == "survey":
            reads += _survey(reading, one, data, asked)
            continue
        found = gather(reading, data)
        refused += found.refused
        hints += found.hints
        reads += _reads(reading, one, found, mine, asked)
    status: Status = "no data"
    if reads:
        status = "measured"
    elif refused:
        status = "refused"
    elif one.not_read_because:
        status = "not in tables"
    why = [*dict.fromkeys(refused)]
    if status == "no data":
        why += [*dict.fromkeys(hints)] or [f"nothing imported holds it; source: {one.source}"]
    if status == "not in tables":
        why = [one.not_read_because or ""]
    shared = {name: getattr(one, name) for name in (
        "id", "name", "outcome", "first", "definition", "numerator", "denominator", "source",
        "direction", "caveat", "smallest",
    )}  # fmt: skip
    return Result(**shared, status=status, readings=tuple(reads), why=tuple(why))


def _reads(
    reading: Reading, one: Indicator, found: Gathered, mine: People, asked: Asked
) -> list[Read]:
    """One for each definition that the place's own numbers have."""
    rule = Rule(one, reading, mine, max(asked.threshold, one.smallest))
    out = []
    for numbers in found.numbers:
        if not numbers.mine:
            continue
        made = of_unit(numbers, rule, asked.grain, peer=False)
        if not made.cells:
            continue
        notes = [f"{month} {why}: left out" for month, why in sorted(found.left_out.items())]
        if reading.of and all(cell.denominator is None for cell in made.cells):
            notes.append(f"no number of {OF[reading.of]} is known here: counts only")
        elif reading.of and not mine.by_year and len({c.period[:4] for c in made.cells}) > 1:
            notes.append(f"one number of {OF[reading.of]}, of {mine.year}, stands below every year")
        if numbers.provisional:
            span = " to ".join(dict.fromkeys((numbers.provisional[0], numbers.provisional[-1])))
            notes.append(f"{span}: not final, its publisher says")
        if reading.of == "residents" and "ethnicity" in reading.by:
            notes += mine.caveats
        out.append(
            Read(
                says=reading.says,
                form=_form(reading),
                per=reading.per,
                of=OF[reading.of] if reading.of else "",
                definition=numbers.variant,
                cells=tuple(made.cells),
                peers=_peers(numbers, found.numbers, rule, asked.grain, made.latest),
                change=made.change,
                reference=made.reference if reading.form == "between_groups" else {},
                missing=made.missing,
                notes=tuple(notes),
                latest=made.latest,
                year=made.year,
            )
        )
    return out


def _form(reading: Reading) -> str:
    if reading.form == "between_groups":
        return "share" if reading.denominator is not None else "rate"
    return reading.form


def _peers(
    mine: Numbers, all_: Sequence[Numbers], rule: Rule, grain: str, latest: str
) -> tuple[Cell, ...]:
    """Others with the same definition, in the same period; those whose value is known."""
    found: list[Cell] = []
    for numbers in all_:
        if numbers.mine or (numbers.variant, numbers.base) != (mine.variant, mine.base):
            continue
        if numbers.area_kind != mine.area_kind:
            continue  # a part is no peer of the whole, and would give others away
        made = of_unit(numbers, rule, grain, peer=True)
        found += [c for c in made.cells if c.period == latest and c.span is not None]
    known = sorted(found, key=lambda cell: -(cell.denominator or 0))
    return tuple(sorted(known[:MOST_PEERS], key=lambda cell: cell.unit))


def _survey(reading: Reading, one: Indicator, data: Data, asked: Asked) -> list[Read]:
    """Shares of answers, weighted; ranges by the number of people that the weights leave."""
    found = tables.answers(data.link, reading.numerator, data.window)
    here = set(data.mine.areas(answer.at.unit for answer in found))
    tabled: dict[tuple[str, str], list[Answer]] = {}
    for answer in found:
        if answer.at.unit in here:
            tabled.setdefault((answer.at.period, answer.at.group_kind), []).append(answer)
    cells: list[Cell] = []
    for key in sorted(tabled, key=lambda k: (k[0], k[1] != "all", k[1])):
        cells += _answered(tabled[key], data.place.place.name, one.smallest, asked.threshold)
    if not cells:
        return []
    latest = max(cell.period for cell in cells)
    notes = ("shares are weighted where weights came with the answers",)
    return [Read(reading.says, "survey", 1, "people asked", "", tuple(cells), latest=latest,
                 year=latest, notes=notes)]  # fmt: skip


def _answered(found: Sequence[Answer], name: str, smallest: int, threshold: int) -> list[Cell]:
    """Cells of one period and kind of group: few people asked, and what gives them away, go."""
    yes = {answer.at.group: float(answer.yes) for answer in found}
    asked = {answer.at.group: float(answer.asked) for answer in found}
    if found[0].at.group_kind == "all":
        why: dict[str, str] | None = {
            group: alone(yes[group], asked[group], threshold, part=True) for group in yes
        }
    else:
        why = breakdown(yes, asked, threshold)
    cells = []
    for answer in sorted(found, key=lambda a: a.at.group):
        at, size = answer.at, answer.effective
        cell = Cell(name, at.period, 0.0, at.group_kind, at.group, None, None)
        reason = SMALL if why is None or answer.asked < smallest else why[at.group]
        if reason:
            cells.append(replace(cell, withheld=reason))
            continue
        span = wilson(answer.share * size, size)
        cells.append(replace(cell, numerator=answer.yes, denominator=answer.asked, span=span))
    return cells
