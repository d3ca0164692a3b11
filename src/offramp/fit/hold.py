"""Hold the options of the catalogue against a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Option
from offramp.catalogue.toml_file import check_part, read
from offramp.fit.rules import (
    Facts,
    Limit,
    Status,
    decide,
    facts_of,
    rank,
    short,
    worst,
)
from offramp.languages import _, language, number
from offramp.languages.toml_texts import in_language
from offramp.place.schema import Place, Practice
from offramp.place.topics import law_topic, service_topic

FULL_REACH = 0.95  # from here on "more of it" adds next to nothing


@dataclass(frozen=True)
class Fit:
    """An option held against a place: the answer, what decided, what would change it.

    if_new: the answer if it did not run here yet: what runs may still lack the law for more.
    """

    id: str
    name: str
    status: Status
    reasons: list[str]
    would_change: list[str]
    if_new: Status

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "if_new"}


class Resolved(Protocol):
    """What fit needs of a place that was read."""

    @property
    def resolved(self) -> Place: ...


class StatusWords(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    means: str


class _Statuses(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    already_here: StatusWords
    ready: StatusWords
    ready_with_agreement: StatusWords
    needs_policy: StatusWords
    needs_law: StatusWords
    not_known: StatusWords
    not_here: StatusWords


def status_words() -> dict[Status, StatusWords]:
    """Label and meaning of the seven answers, in the language spoken now."""
    return _status_words(language().code)


@cache
def _status_words(_language: str) -> dict[Status, StatusWords]:
    file = read(Path(__file__).with_name("statuses.toml"), "fit/statuses.toml")
    words = check_part(file, _Statuses, in_language(file.data, "fit/statuses"), ())
    return {name: getattr(words, name) for name in _Statuses.model_fields}  # type: ignore[misc]


def fit(place: Resolved, catalogue: Catalogue) -> list[Fit]:
    """Every option but the comparison, best answer first, then by name. Nothing is left out."""
    facts = facts_of(place.resolved)
    held = [hold(option, facts) for option in catalogue.candidates.values()]
    return sorted(held, key=lambda one: (rank(one.status), one.name, one.id))


def hold(option: Option, facts: Facts) -> Fit:
    """One option against the facts of a place."""
    status, limits = decide(option, facts)
    practice = facts.practice.get(option.id)
    reasons = [] if practice is None else [_runs(practice)]
    reasons += _reasons(limits, status)
    if not reasons:
        reasons = [_("it needs nothing of law, partners or agreements that we know of")]
    if_new = worst(limits)
    changes = list(_more(practice, if_new)) if practice is not None else []
    if status != "already_here":
        changes += _changes(option, facts, limits)
    return Fit(option.id, option.name, status, _unique(reasons), _unique(changes), if_new)


def _unique(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(lines))


def _runs(practice: Practice) -> str:
    said = _("runs here already")
    if practice.since is not None:
        said = _("runs here already since {year}", year=_year(practice.since))
    if practice.reach is not None:
        said = _("{said}, reaching about {share}", said=said, share=_share(practice.reach.value))
    return _("{said} (source: {source})", said=said, source=short(practice.source))


def _share(value: float) -> str:
    return _("{number}%", number=number(round(value * 100), 0))


def _year(on: date | int) -> int:
    return on if isinstance(on, int) else on.year


def _more(practice: Practice, if_new: Status) -> Iterator[str]:
    if practice.reach is None:
        yield _("how far it reaches is not known: find out, more of it may be possible")
    elif practice.reach.value < FULL_REACH:
        yield _(
            "take it further: about {share} is not reached yet",
            share=_share(1 - practice.reach.value),
        )
    else:
        return
    if if_new in ("not_here", "not_known", "needs_law"):
        yield _("but first settle what is forbidden, missing or not known above")


def _reasons(limits: list[Limit], status: Status) -> list[str]:
    """What decided first; then the rest, the worst first; last what stands in nobody's way.

    Law, services and agreements are told before hazards of the same rank.
    """
    ordered = sorted(
        limits,
        key=lambda limit: (limit.status != status, -rank(limit.status), limit.kind == "hazard"),
    )
    told: dict[tuple[str, str], list[str]] = {}
    for limit in ordered:
        told.setdefault((limit.status, limit.lead), []).append(limit.detail)
    return [f"{lead}: {'; '.join(_unique(details))}" for (_, lead), details in told.items()]


def _changes(option: Option, facts: Facts, limits: list[Limit]) -> list[str]:
    """What would change the answer: the facts that stand in the way, the worst only, each with
    the answer that would follow from it alone, and before them what follows from all together."""
    if not limits:
        return []
    worst_rank = max(rank(limit.status) for limit in limits)
    deciding = [limit for limit in limits if rank(limit.status) == worst_rank]
    status = deciding[0].status
    if status == "ready":
        return []
    if status == "ready_with_agreement":
        return _agreed(deciding)
    better = facts
    for limit in deciding:
        better = _without(better, limit)
    after = decide(option, better)[0]
    label = status_words()[after].label
    if len(deciding) == 1:
        wish = _wish(deciding[0])
        if deciding[0].open:
            return [
                _('{wish} A favourable answer would make it "{label}".', wish=wish, label=label)
            ]
        return [_('{wish} Then it would be "{label}".', wish=wish, label=label)]
    if len(deciding) == 2:
        together = _('both of these together would make it "{label}"', label=label)
    else:
        together = _(
            'all {number} of these together would make it "{label}"',
            number=len(deciding),
            label=label,
        )
    return [together, *(_wish(limit) for limit in deciding)]


def _agreed(deciding: list[Limit]) -> list[str]:
    """What has to be arranged before an option that is lawful can start."""
    steps = []
    if any(limit.kind == "service" for limit in deciding):
        steps.append(_("a partner who provides what is missing"))
    if any(limit.kind in ("agreement", "law") for limit in deciding):
        steps.append(_("the agreements named above, in writing"))
    if any(limit.kind == "hazard" and not limit.open for limit in deciding):
        steps.append(_("a written rule on what must not follow"))
    if any(limit.kind == "hazard" and limit.open for limit in deciding):
        steps.append(_("an answer to what can follow here"))
    return [_("{steps}: then it can start", steps=_(", and ").join(steps))]


def _without(facts: Facts, limit: Limit) -> Facts:
    """The facts with one of them no longer in the way."""
    if limit.kind == "service":
        return facts.with_service(limit.topic)
    return facts.with_law(limit.topic, "forbidden" if limit.kind == "hazard" else "allowed")


def _wish(limit: Limit) -> str:
    """What to find out, or what would have to be otherwise."""
    if limit.kind == "service":
        topic = service_topic(limit.topic)
        if limit.open:
            return _("find out: {question}", question=topic.ask)
        return _("a partner for this: {service}.", service=topic.label)
    topic = law_topic(limit.topic)
    if limit.open:
        return _("find out: {question}", question=topic.ask)
    if limit.kind == "hazard":
        return _("that this cannot follow: {topic}.", topic=topic.label)
    if limit.status == "needs_policy":
        return _("a policy or order that allows it: {topic}.", topic=topic.label)
    return _("a change of law: {topic}.", topic=topic.label)
