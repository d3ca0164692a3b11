"""What every page of the briefing reads: the results, the place, the catalogue, the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from offramp.brief.citing import Citations
from offramp.brief.phrases import CANNOT_TELL, Effect, known, percent, whole_years
from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Option
from offramp.documents.charts.records import Chart
from offramp.fit.hold import status_words
from offramp.fit.rules import STATUSES
from offramp.languages import _
from offramp.place.load import LoadedPlace
from offramp.plan.order import CAN_START

Row = Mapping[str, Any]  # an option's results, or the comparison's

# Never on a first page or in a recommendation: unlawful now, dangerous here, or not known.
CLOSED = ("needs_law", "not_here", "not_known")
MOST_PROMISING = 3
MOST_IN_BODY = 12  # options that a table and a chart of the body have room for
FULL_TABLE = 3  # level of detail of the body up to which it shows so many; two fewer a level after
HEADLINES = ("fatal_overdoses", "acquisitive_offences", "nonfatal_overdoses", "violent_offences")
COUNTED = ("safety", "health")  # outcomes whose modelled change may stand on page one
CONFIDENCE = "confidence"


@dataclass(frozen=True)
class Detail:
    """How long each part is: 0 in full, more is shorter; raised until the part fits its pages."""

    page_one: int = 0
    questions: int = 0
    body: int = 0


@dataclass(frozen=True)
class Facts:
    """Everything that a page may use; `cited` gathers the sources as pages are made."""

    results: Mapping[str, Any]
    place: LoadedPlace
    catalogue: Catalogue
    cited: Citations
    detail: Detail = Detail()
    charts: dict[str, Chart] = field(default_factory=dict)

    def again(self, detail: Detail) -> Facts:
        """The same facts for another length: no source cited yet, charts already drawn kept."""
        return replace(self, cited=Citations(self.catalogue), detail=detail)

    def chart(self, name: str, draw: Callable[[], Chart]) -> Chart:
        """A chart, drawn once."""
        if name not in self.charts:
            self.charts[name] = draw()
        return self.charts[name]

    @property
    def years(self) -> int:
        return int(self.results["horizon_years"])

    @property
    def horizon(self) -> str:
        """`5 years`: how far the runs look ahead."""
        return whole_years(self.years)

    @property
    def options(self) -> list[Row]:
        """By readiness, as fit shows it; within that in the order of the results."""
        return sorted(self.results["options"], key=lambda row: STATUSES.index(row["fit"]["status"]))

    @property
    def first_options(self) -> list[Row]:
        """The options that the body shows: all while there are few; else those that could start
        here, the promising and then those that do most for health first, as many as fit."""
        most = MOST_IN_BODY - max(self.detail.body - FULL_TABLE, 0) * 2
        if len(self.options) <= most:
            return self.options
        best = self.results["rankings"]["by_outcome"]["health"]
        order = [*(entry["id"] for entry in self.results["promising"]), *best]
        able = [row for row in self.options if row["fit"]["status"] in CAN_START]
        chosen = sorted(able, key=lambda row: order.index(row["id"]))[:most]
        ids = {row["id"] for row in chosen}
        return [row for row in self.options if row["id"] in ids]

    @property
    def not_simulated(self) -> list[Row]:
        """Options for which the model has no number, by readiness."""
        rows = self.results["not_simulated"]
        return sorted(rows, key=lambda row: STATUSES.index(row["fit"]["status"]))

    @property
    def comparison(self) -> Row:
        row: Row = self.results["comparison"]
        return row

    @property
    def rows(self) -> list[Row]:
        """The options, then the comparison."""
        return [*self.options, self.comparison]

    def row(self, option_id: str) -> Row:
        return next(row for row in self.rows if row["id"] == option_id)

    def option(self, row: Row) -> Option:
        """The catalogue's record of an option's results."""
        return self.catalogue.options[row["id"]]

    def promising(self) -> list[tuple[Row, Effect | None]]:
        """Up to three options that may be recommended here, each with its headline number.

        Held against the fit once more: what needs law, is not here or is not known never stands
        here, whatever the results say, nor does the comparison.
        """
        open_ids = {row["id"] for row in self.options if row["fit"]["status"] not in CLOSED}
        chosen = []
        for entry in self.results["promising"]:
            if entry["id"] in open_ids and entry["id"] != self.comparison["id"]:
                row = self.row(entry["id"])
                chosen.append((row, headline(row, entry.get("measure"))))
        return chosen[:MOST_PROMISING]

    def runs_here(self, option_id: str) -> str:
        """`(runs here since 2018, reaching about 50%)` where the place says so, whatever else is
        known of the option; else nothing. The numbers are those of page one."""
        found = [p for p in self.place.place.practice if p.option == option_id]
        if not found:
            return ""
        since, reach = found[0].since, found[0].reach
        said = _("runs here")
        if since:
            year = since if isinstance(since, int) else since.year
            said = _("runs here since {year}", year=year)
        if reach:
            said = _("{said}, reaching about {share}", said=said, share=percent(reach.value))
        return f"({said})"

    def why(self, option_id: str) -> str:
        """Why an option is among the promising ones, in the words of the plan."""
        found = [e.get("why") or "" for e in self.results["promising"] if e["id"] == option_id]
        return found[0] if found else ""

    def warnings(self) -> list[str]:
        """What the plan warns of, without what concerns the place's files."""
        files = set(self.place.warnings)
        return [warning for warning in self.results["warnings"] if warning not in files]

    def measures(self, *outcomes: str) -> list[Mapping[str, Any]]:
        """The measures under some outcomes, in the order of display."""
        return [m for m in self.results["measures"] if m["outcome"] in outcomes]


def effect(row: Row, measure: str | None) -> Effect | None:
    """The effect of an option on a measure, or None when it was not modelled."""
    return next((e for e in row["effects"] if e["measure"] == measure), None)


def headline(row: Row, wanted: str | None) -> Effect | None:
    """The one number of an option for page one: the wanted measure unless it is of confidence,
    process or equity; else the first of the usual ones that can be told."""
    candidates = [effect(row, name) for name in (wanted, *HEADLINES)]
    usable = [e for e in candidates if e is not None and e["outcome"] in COUNTED and known(e)]
    return usable[0] if usable else None


def harms(row: Row) -> Iterator[Effect]:
    """The safety and health effects that are more likely worse than better."""
    for one in row["effects"]:
        chance = one.get("chance_better")
        told = one["outcome"] in COUNTED and known(one) and one.get("reading") != "too_small"
        if told and chance is not None and chance < CANNOT_TELL[0]:
            yield one


def status_label(row: Row) -> str:
    """How ready an option is, in words."""
    status = row["fit"]["status"]
    words = {name: words.label for name, words in status_words().items()}
    return words.get(status, str(status).replace("_", " "))


def lower_first(text: str) -> str:
    """For use inside a sentence; names in capitals stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
