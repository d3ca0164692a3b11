"""The rules of fit: what each fact about a place allows an option to be called.

Every need and every hazard of an option sets a limit; the worst limit is the answer. From best
to worst: ready, ready with an agreement, needs a policy, needs law, not known, not here.

- Law that the option needs: allowed -> ready; allowed with an agreement, needs policy and needs
  law -> the answer of that name; forbidden -> not here; unknown, not listed, or last checked more
  than 12 months before the place's `as_of` -> not known.
- Service that it needs: exists -> ready; does not exist -> ready with an agreement (a partner
  must be found); unknown -> not known.
- Agreement that it needs -> ready with an agreement.
- Hazard ("allowed", "allowed with an agreement" and "needs policy" mean that the state does it or
  could by a mere order): an option that names a person to a service is not here where compulsory
  treatment, a register or a duty to report follows; where another hazard follows it needs an
  agreement that it does not; while a hazard is not known it is not known. An option that names
  nobody needs an agreement unless the hazard is ruled out. Compulsory treatment and registers are
  held against every option that names a person, also where its file does not list them.
- An option in the place's practice is already here, whatever its needs (they are still shown);
  the hazards of naming a person decide before that.

So a fact that becomes unknown never makes an answer better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from offramp.catalogue.schema import Option
from offramp.languages import N_, _
from offramp.place.legal import stale
from offramp.place.schema import LawFact, LawStatus, Place, Practice, Service
from offramp.place.topics import law_topic, service_topic, status_words

Status = Literal[
    "already_here",
    "ready",
    "ready_with_agreement",
    "needs_policy",
    "needs_law",
    "not_here",
    "not_known",
]
STATUSES: tuple[Status, ...] = (  # as they are shown
    "already_here",
    "ready",
    "ready_with_agreement",
    "needs_policy",
    "needs_law",
    "not_known",
    "not_here",
)
_WORSE = {status: rank for rank, status in enumerate(STATUSES)}

LONGEST_SOURCE = 90  # characters of a citation in a reason

# A person named to a service may be held, or put on a list, because of it.
NEVER_NAME_INTO = ("compulsory_treatment", "register", "duty_to_report")
ALWAYS_ASKED = ("compulsory_treatment", "register")
STATE_DOES_IT: tuple[LawStatus, ...] = ("allowed", "allowed_with_agreement", "needs_policy")

_LAW_LIMIT: dict[LawStatus, Status] = {
    "allowed": "ready",
    "allowed_with_agreement": "ready_with_agreement",
    "needs_policy": "needs_policy",
    "needs_law": "needs_law",
    "forbidden": "not_here",
    "unknown": "not_known",
}


@dataclass(frozen=True)
class Reading:
    """A fact as fit reads it. about: what the fact rests on, or why it reads as unknown."""

    status: LawStatus
    about: str = ""


@dataclass(frozen=True)
class Facts:
    """What decides about a place: statuses by topic, services by name, practice by option."""

    law: Mapping[str, Reading] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    practice: Mapping[str, Practice] = field(default_factory=dict)

    def reading(self, topic: str) -> Reading:
        return self.law.get(topic, Reading("unknown"))

    def with_law(self, topic: str, status: LawStatus) -> Facts:
        return replace(self, law={**self.law, topic: Reading(status)})

    def with_service(self, name: str) -> Facts:
        return replace(self, services={**self.services, name: Service(exists="yes")})


@dataclass(frozen=True)
class Limit:
    """What one fact allows an option to be called, and why.

    The reason reads "lead: detail"; limits with the same status and lead are told in one line.
    """

    status: Status
    lead: str
    detail: str
    kind: Literal["law", "hazard", "service", "agreement"]
    topic: str = ""
    names_person: bool = False
    open: bool = False  # the fact itself is not known


def facts_of(place: Place) -> Facts:
    """The facts of a (resolved) place; law last checked more than 12 months ago is unknown."""
    return Facts(
        law={topic: reading_of(fact, place.as_of) for topic, fact in place.law.items()},
        services=place.services,
        practice={practice.option: practice for practice in place.practice},
    )


def reading_of(fact: LawFact, as_of: date) -> Reading:
    """A law fact as it counts at `as_of`."""
    if fact.status == "unknown":
        return Reading("unknown", fact.says)
    outdated = stale(fact, as_of)
    if outdated:
        return Reading("unknown", outdated)
    return Reading(fact.status, short(fact.citation or ""))


def short(citation: str) -> str:
    """The first source of a citation, cut where it is long; the place file has the whole."""
    first = citation.split(";")[0].strip()
    return first if len(first) <= LONGEST_SOURCE else first[: LONGEST_SOURCE - 3].rstrip() + "..."


def worst(limits: list[Limit]) -> Status:
    """The answer that the limits leave."""
    return max((limit.status for limit in limits), key=_WORSE.__getitem__, default="ready")


def rank(status: Status) -> int:
    """Order in which answers are shown, best first."""
    return _WORSE[status]


def limits_of(option: Option, facts: Facts) -> list[Limit]:
    """What every need and hazard of the option allows, hazards first."""
    return [
        *_hazards(option, facts),
        *_law(option, facts),
        *_services(option, facts),
        *_agreements(option),
    ]


def decide(option: Option, facts: Facts) -> tuple[Status, list[Limit]]:
    """The answer for one option, and all limits that were looked at."""
    limits = limits_of(option, facts)
    if option.id in facts.practice:
        naming = worst([limit for limit in limits if limit.names_person])
        return (naming if naming in ("not_here", "not_known") else "already_here"), limits
    return worst(limits), limits


def _hazards(option: Option, facts: Facts) -> Iterator[Limit]:
    names = option.name_goes.names_person
    topics = [*(ALWAYS_ASKED if names else ()), *option.hazards]
    for topic in dict.fromkeys(topics):
        reading = facts.reading(topic)
        state = status_words(topic, reading.status)
        unknown = reading.status == "unknown"
        if unknown:
            status: Status = "not_known" if names else "ready_with_agreement"
            lead = _("not known whether this can follow here")
        elif reading.status not in STATE_DOES_IT:
            status, lead = "ready", state
        elif names and topic in NEVER_NAME_INTO:
            status = "not_here"
            lead = _("it names a person to a service, and this can follow ({state})", state=state)
        else:
            status = "ready_with_agreement"
            lead = _("first agree how people are protected from this")
        told = unknown or status == "not_here"
        detail = law_topic(topic).label + (_brackets(reading.about) if told else "")
        yield Limit(status, lead, detail, "hazard", topic, names, unknown)


def _brackets(about: str) -> str:
    return f" ({about})" if about else ""


def _law(option: Option, facts: Facts) -> Iterator[Limit]:
    for need in option.needs.law:
        reading = facts.reading(need.topic)
        unknown = reading.status == "unknown"
        lead = _("the law is not known") if unknown else status_words("", reading.status)
        detail = law_topic(need.topic).label + _brackets(reading.about)
        yield Limit(_LAW_LIMIT[reading.status], lead, detail, "law", need.topic, open=unknown)


_SERVICE: dict[str, tuple[Status, str]] = {
    "yes": ("ready", N_("exists here")),
    "no": ("ready_with_agreement", N_("needs a partner, for this does not exist here yet")),
    "unknown": ("not_known", N_("not known whether it exists here")),
}


def _services(option: Option, facts: Facts) -> Iterator[Limit]:
    for need in option.needs.services:
        exists = facts.services.get(need.service, Service()).exists
        status, lead = _SERVICE[exists]
        label = service_topic(need.service).label
        yield Limit(status, _(lead), label, "service", need.service, open=exists == "unknown")


def _agreements(option: Option) -> Iterator[Limit]:
    for agreement in option.needs.agreements:
        text = agreement.strip().rstrip(".")
        yield Limit("ready_with_agreement", _("needs this agreement"), text, "agreement")
