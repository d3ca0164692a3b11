"""All tests of disparity that a place's data allow, and why not for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import listed
from offramp.data.store import open_store
from offramp.learn.disparities import each
from offramp.learn.disparities.figures import Test, test_dict
from offramp.learn.disparities.groups import Groups, pooled
from offramp.learn.disparities.rows import Row, column, newest_run, rows
from offramp.learn.disparities.several import adjusted
from offramp.learn.disparities.sun import Where, known_zone
from offramp.learn.disparities.words import LEAD
from offramp.learn.indicators.counted import UNSAID, Window
from offramp.learn.indicators.coverage import Coverage, coverage
from offramp.learn.indicators.who import own, people

if TYPE_CHECKING:
    import duckdb

    from offramp.place.load import LoadedPlace

KINDS = ("ethnicity", "sex", "age")


@dataclass(frozen=True)
class Question:
    """What the user asks. window empty: the newest months without a gap, at most three years."""

    by: str = "ethnicity"
    reference: str | None = None
    threshold: int = 10
    agency: str | None = None
    areas: tuple[str, ...] = ()
    window: Window = field(default_factory=Window)
    where: Where | None = None


@dataclass(frozen=True)
class Disparities:
    """Everything that is told. missing: share of contacts without a group; pool: the groups that
    were put together because they are small."""

    place: LoadedPlace
    question: Question
    agency: str
    months: tuple[str, ...]
    contacts: int
    missing: float
    reference: str
    pool: tuple[str, ...]
    tests: tuple[Test, ...]
    sources: tuple[str, ...]
    left_out: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        described = self.place.place
        return {
            "place": {
                "name": described.name,
                "country": described.country,
                "example_notice": described.example_notice,
            },
            "agency": self.agency,
            "by": self.question.by,
            "whose_word": self.question.window.ethnicity
            if self.question.by == "ethnicity"
            else None,
            "reference": self.reference,
            "months": list(self.months),
            "contacts_about_drugs": self.contacts,
            "group_not_recorded": self.missing,
            "put_together": list(self.pool),
            "threshold": self.question.threshold,
            "how_to_read": LEAD,
            "tests": [test_dict(test) for test in self.tests],
            "left_out": self.left_out,
            "residents": list(self.sources),
        }


@dataclass(frozen=True)
class Ground:
    """What all tests need."""

    link: duckdb.DuckDBPyConnection
    question: Question
    agency: str
    held: Coverage
    months: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: Groups


def disparities(place: LoadedPlace, question: Question) -> Disparities:
    """Read the place's store. Raises InputError: no contacts, an agency or group not there."""
    question = replace(question, where=question.where or where_of(place))
    store = open_store(Path(place.folder))
    with store.connect() as link:
        held = coverage(link, question.window)
        who = own(place.place, question.agency, question.areas)
        agency = _agency(place, sorted(held.months), who.agency(sorted(held.months)))
        months = held.finished.get(agency, ())
        if not (question.window.first or question.window.last):
            months = newest_run(months)
        found = rows(link, agency, months, column(question.by, question.window.ethnicity))
        lives = people(link, place, who)
        groups = pooled(found, lives, question, agency, months)
        ground = Ground(link, question, agency, held, months, tuple(found), groups)
        done = [
            each.search_rates(ground),
            each.finds(ground),
            each.threshold(ground, lives),
            each.same_find(ground),
            each.veil_of_darkness(ground),
        ]
    total = sum(row.n for row in found)
    unsaid = sum(row.n for row in found if row.group in UNSAID)
    return Disparities(
        place=place,
        question=question,
        agency=agency,
        months=months,
        contacts=total,
        missing=unsaid / total if total else 0.0,
        reference=groups.reference,
        pool=groups.pool,
        tests=tuple(with_q(done)),
        sources=tuple(sorted(lives.sources)),
        left_out={m: why for (a, m), why in sorted(held.left_out.items()) if a == agency},
    )


def where_of(place: LoadedPlace) -> Where | None:
    """Where the place file says that it lies. InputError: a time zone that nobody knows."""
    told = place.place
    if told.latitude is None or told.longitude is None or not told.time_zone:
        return None
    if not known_zone(told.time_zone):
        problem = f'"{told.time_zone}" is not known'
        right = "a name such as Europe/London"
        raise InputError(Problem(str(place.path), 0, "time_zone", problem, right))
    return Where(told.latitude, told.longitude, told.time_zone)


def _agency(place: LoadedPlace, agencies: Sequence[str], found: str | None) -> str:
    shown = str(place.path)
    if not agencies:
        right = (
            "import stops first: offramp data import FILE --place PLACE; months that are cut off "
            "do not count: offramp data check FILE"
        )
        raise InputError(Problem(shown, 0, "", "has no whole month of contacts in its data", right))
    if found is None:
        problem = f"has contacts of {listed(agencies)}, and none of these is its name"
        raise InputError(Problem(shown, 0, "", problem, "say which is its own with --agency"))
    return found


def with_q(done: Sequence[Test]) -> list[Test]:
    """q values over all comparisons of all tests."""
    p = [one.p for test in done for one in test.compared if one.p is not None]
    values = iter(adjusted(p))
    return [
        replace(
            test,
            compared=tuple(
                replace(one, q=next(values)) if one.p is not None else one for one in test.compared
            ),
        )
        for test in done
    ]
