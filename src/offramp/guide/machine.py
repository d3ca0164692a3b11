"""The catalogue for computers: one JSON document and three tables, each with its version."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from offramp import __version__
from offramp.catalogue import numbers
from offramp.catalogue.load import Catalogue
from offramp.catalogue.prose import References
from offramp.catalogue.schema import Evidence, Source
from offramp.catalogue.words import NOT_NAMED, is_reviewed, may_be_named
from offramp.fit.hold import Fit
from offramp.guide.example import example_seen
from offramp.guide.option import seen
from offramp.guide.words import OUTCOMES
from offramp.languages import _, language


def catalogue_data(catalogue: Catalogue, fitted: Mapping[str, Fit] | None = None) -> dict[str, Any]:
    """Everything as plain data, findings filled; ids are English in every language."""
    options = []
    for name, option in catalogue.options.items():
        entry = seen(catalogue, name).as_dict()
        entry |= {"related": list(option.related), "examples": list(option.examples)}
        if fitted is not None and name in fitted:
            entry["fit"] = fitted[name].as_dict()
        options.append(entry)
    examples = []
    for name, example in catalogue.examples.items():
        found = vars(example_seen(catalogue, name, References())) | {"marks": None}
        found["sources"] = [_source(one) for one in example.sources]
        found["at"] = example.at.model_dump() if example.at else None
        examples.append({key: value for key, value in found.items() if key != "marks"})
    return {
        "version": __version__,
        "catalogue": catalogue.hash,
        "language": language().code,
        "reviewed": is_reviewed(),
        "options": options,
        "examples": examples,
        "evidence": [_evidence(one) for one in catalogue.evidence.values()],
        "indicators": [one.model_dump(mode="json") for one in catalogue.indicators.values()],
    }


def catalogue_json(catalogue: Catalogue, fitted: Mapping[str, Fit] | None = None) -> bytes:
    data = catalogue_data(catalogue, fitted)
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def csv_files(catalogue: Catalogue) -> dict[str, bytes]:
    """options.csv, examples.csv and evidence.csv; UTF-8 with a mark, as spreadsheets like it."""
    return {
        "options.csv": _csv(_OPTION_HEAD, _option_rows(catalogue)),
        "examples.csv": _csv(_EXAMPLE_HEAD, _example_rows(catalogue)),
        "evidence.csv": _csv(_EVIDENCE_HEAD, _evidence_rows(catalogue)),
    }


_OPTION_HEAD = (
    "version", "language", "id", "family", "name", "summary", "acts", "drugs", "hurdle",
    "cost_level", "safety", "health", "confidence", "names_person", "examples", "reviewed",
)  # fmt: skip
_EXAMPLE_HEAD = (
    "version", "language", "id", "place", "country", "continent", "lat", "lon", "size", "kind",
    "agency", "years", "did", "happened", "status", "still_runs", "drugs", "source", "link",
)  # fmt: skip
_EVIDENCE_HEAD = (
    "version", "language", "id", "topic", "says", "shown", "measure", "unit", "estimate", "low",
    "high", "level", "design", "setting", "citation", "link", "checked", "checked_on",
    "price_year",
)  # fmt: skip


def _option_rows(catalogue: Catalogue) -> Iterable[Sequence[object]]:
    for one in catalogue.options.values():
        sure: dict[str, str] = {finding.outcome: finding.certainty for finding in one.findings}
        yield (
            one.id, one.family, one.name, one.summary, " ".join(one.acts), " ".join(one.drugs),
            one.hurdle or "", one.cost_level or "", *(sure.get(name, "") for name in OUTCOMES),
            str(one.name_goes.names_person).lower(), " ".join(one.examples), one.reviewed,
        )  # fmt: skip


def _example_rows(catalogue: Catalogue) -> Iterable[Sequence[object]]:
    for name, one in catalogue.examples.items():
        found = example_seen(catalogue, name, References())
        source = _source(one.sources[0])
        yield (
            one.id, one.place, one.country, one.continent, one.at.lat if one.at else "",
            one.at.lon if one.at else "", one.size or "", one.kind or "", one.agency, one.years,
            one.did, found.happened, one.status or "", one.still_runs, " ".join(one.drugs),
            source["citation"], source["link"],
        )  # fmt: skip


def _evidence_rows(catalogue: Catalogue) -> Iterable[Sequence[object]]:
    for one in catalogue.evidence.values():
        source, between = _source(one.source), one.interval
        yield (
            one.id, one.topic or "", one.says, _number(one), one.measure, one.unit,
            "" if one.estimate is None else one.estimate, between.low if between else "",
            between.high if between else "", between.level if between else "", one.design,
            one.setting, source["citation"], source["link"], one.checked.how, one.checked.on,
            one.price_year or "",
        )  # fmt: skip


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        cells = (_cell(value) for value in row)
        writer.writerow([__version__, language().code, *cells])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """A spreadsheet must not take a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+@" and value else value


def _number(record: Evidence) -> str:
    return str(numbers.with_range(record)) if record.estimate is not None else ""


def _evidence(record: Evidence) -> dict[str, Any]:
    data = record.model_dump(mode="json", exclude={"source"})
    return data | {"shown": _number(record), "source": _source(record.source)}


def _source(source: Source) -> dict[str, str]:
    link = (f"https://doi.org/{source.doi}" if source.doi else source.url) or ""
    if not may_be_named(f"{source.citation} {link}"):
        return {"citation": _(NOT_NAMED), "link": ""}
    return {"citation": source.citation, "link": link}
