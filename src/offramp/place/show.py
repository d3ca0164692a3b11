"""A place as a reader sees it: what is known, from where, how old, and who was heard."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from offramp.place.load import LoadedPlace
from offramp.place.provenance import Known
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, Figure, Heard, LawFact, Place, Service
from offramp.place.topics import law_topic, service_topic, status_words, topics

WIDTH = 79
HEARD_ORDER = ("people_who_use_drugs", "families", "neighbours", "victims", "officers", "services")
_MONEY_SKIPPED = ("units_per_usd", "discount")


def heard(place: Place) -> tuple[list[Heard], list[str]]:
    """Those who were asked, and the kinds of people who were not."""
    asked = [entry for entry in place.heard if entry.asked]
    kinds = {entry.who for entry in asked}
    return asked, [who for who in HEARD_ORDER if who not in kinds]


def unknown_law(place: Place) -> list[str]:
    """Topics of law and hazards whose status is not known."""
    return [
        topic
        for topic in (*LAW_TOPICS, *HAZARD_TOPICS)
        if place.law.get(topic, LawFact(status="unknown")).status == "unknown"
    ]


def shown(loaded: LoadedPlace) -> dict[str, Any]:
    """The document of `place show --json`."""
    place = loaded.place
    asked, missing = heard(place)
    return {
        "name": place.name,
        "country": place.country,
        "as_of": place.as_of.isoformat(),
        "hash": loaded.hash,
        "presets": list(loaded.presets),
        "known": [_known(item) for item in loaded.provenance()],
        "series": [
            {
                "id": series.id,
                "measure": series.measure,
                "first": loaded.series[series.id][0].period,
                "last": loaded.series[series.id][-1].period,
                "periods": len(loaded.series[series.id]),
                "withheld": sum(row.count is None for row in loaded.series[series.id]),
            }
            for series in place.outcomes
        ],
        "practice": [
            {
                "option": entry.option,
                "since": _day(entry.since),
                "reach": entry.reach.value if entry.reach else None,
                "says": entry.says,
                "source": entry.source,
            }
            for entry in place.practice
        ],
        "heard": [
            {"who": entry.who, "how": entry.how, "on": _day(entry.on), "said": entry.said}
            for entry in asked
        ],
        "not_heard": missing,
        "unknown_law": unknown_law(loaded.resolved),
        "priorities": None
        if place.priorities is None
        else {**place.priorities.model_dump(), "on": place.priorities.on.isoformat()},
    }


def _known(item: Known) -> dict[str, Any]:
    return {**asdict(item), "on": _day(item.on)}


def _day(on: date | int | None) -> str | int | None:
    return on.isoformat() if isinstance(on, date) else on


def show_text(loaded: LoadedPlace) -> str:
    """The place in 80 columns."""
    return "\n".join(_lines(loaded))


def _lines(loaded: LoadedPlace) -> Iterator[str]:
    place, full = loaded.place, loaded.resolved
    known = loaded.provenance()
    figures = [item for item in known if not isinstance(item.value, str)]
    yield f"{place.name} ({place.country}), as of {place.as_of}"
    if place.example_notice:
        yield from _wrapped(place.example_notice, "  ")
    counts = {b: sum(item.basis == b for item in figures) for b in ("local", "preset", "judged")}
    yield from _wrapped(
        f"{len(figures)} numbers: {counts['local']} local, {counts['preset']} from presets, "
        f"{counts['judged']} judged by us with a wide range. Presets: {', '.join(loaded.presets)}.",
        "  ",
    )
    yield "  The source of each number: --json."
    for title, section in (
        ("PEOPLE", full.people),
        ("AGENCY", full.agency),
        ("CONTACTS", full.contacts),
        ("CUSTODY", full.custody),
    ):
        yield from _section(title, section)
    money = f"MONEY ({full.money.currency}; plan brings it to {full.money.price_year})"
    yield from _section(money, full.money, _MONEY_SKIPPED)
    yield from _series(loaded)
    yield from _practice(place)
    yield from _law(full)
    yield from _services(full)
    yield from _heard(place)


def _section(title: str, section: Any, skip: tuple[str, ...] = ()) -> Iterator[str]:
    yield ""
    yield f"{title:<38} {'value':>10}  {'range':<19} {'basis':<6}"[:WIDTH].rstrip()
    for name in type(section).model_fields:
        figure = getattr(section, name)
        if not isinstance(figure, Figure) or name in skip:
            continue
        label = name.replace("_", " ")
        spread = "" if figure.low is None else f"{number(figure.low)} to {number(figure.high or 0)}"
        of = (
            ""
            if figure.on is None
            else f"{figure.on if isinstance(figure.on, int) else figure.on.year}"
        )
        line = f"  {label:<36.36} {number(figure.value):>10}  {spread:<19} {figure.basis:<6} {of}"
        yield line.rstrip()


def number(value: float) -> str:
    """A number for the terminal: three digits for small ones, thousands marked for large ones."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _series(loaded: LoadedPlace) -> Iterator[str]:
    yield ""
    yield "SERIES"
    if not loaded.place.outcomes:
        yield "  none: the place's own deaths and contacts are not known to the model"
    for series in loaded.place.outcomes:
        rows = loaded.series[series.id]
        yield f"  {series.id}: {rows[0].period} to {rows[-1].period}, {len(rows)} periods"
        yield from _wrapped(f"{series.definition} ({series.source})", "    ")


def _practice(place: Place) -> Iterator[str]:
    yield ""
    yield "ALREADY DONE"
    if not place.practice:
        yield "  nothing is recorded"
    for entry in place.practice:
        reach = f", reach {entry.reach.value:.0%}" if entry.reach else ""
        since = f" since {entry.since}" if entry.since else ""
        yield f"  {entry.option}{since}{reach}"
        yield from _wrapped(f"{entry.says} ({entry.source})".strip(), "    ")
    if place.covered:
        yield ""
        yield "COVERED BY THE WRITTEN POLICY, OF CONTACTS THAT END IN ARREST OR CHARGE"
    for rule in place.covered:
        yield f"  {rule.option}: at most {rule.share.value:.0%}"


def _law(place: Place) -> Iterator[str]:
    for title, names in (("LAW", LAW_TOPICS), ("WHAT CAN FOLLOW", HAZARD_TOPICS)):
        yield ""
        yield title
        for topic in names:
            fact = place.law.get(topic, LawFact(status="unknown"))
            if fact.status == "unknown":
                continue
            basis = "" if fact.basis == "local" else ", from a preset"
            words = status_words(topic, fact.status)
            text = f"{law_topic(topic).label}: {words} ({fact.citation}, checked {fact.on}{basis})"
            yield from _wrapped(text, "  ")
            if fact.original:
                yield from _wrapped(f"[{fact.original.language}] {fact.original.text}", "    ")
        missing = [t for t in unknown_law(place) if t in names]
        if missing:
            yield from _wrapped(
                "Not known: " + "; ".join(law_topic(topic).label for topic in missing), "  "
            )


def _services(place: Place) -> Iterator[str]:
    yield ""
    yield "SERVICES"
    for state, words in (("yes", "There are"), ("no", "There are not"), ("unknown", "Not known")):
        labels = [
            service_topic(name).label
            for name in topics().services
            if place.services.get(name, Service()).exists == state
        ]
        if labels:
            yield from _wrapped(f"{words}: " + "; ".join(labels), "  ")


def _heard(place: Place) -> Iterator[str]:
    asked, missing = heard(place)
    words = topics().heard
    yield ""
    yield "HEARD"
    for entry in asked:
        how = ", ".join(part for part in (entry.how, str(entry.on or "")) if part)
        said = f": {entry.said}" if entry.said else ""
        yield from _wrapped(f"{words[entry.who]}{f' ({how})' if how else ''}{said}", "  ")
    if missing:
        yield from _wrapped("Not asked: " + ", ".join(words[who] for who in missing), "  ")


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start) + "  ",
        break_on_hyphens=False,
    )
