"""One option as plain text for a window of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from offramp.guide.example import ExampleSeen
from offramp.guide.listing import WIDTH, closing, wrapped
from offramp.guide.option import OptionSeen, Pair
from offramp.guide.words import (
    ACTORS,
    COSTS,
    DRUGS,
    HURDLES,
    LEFT_BEHIND,
    OUTCOMES,
    RANGE,
)
from offramp.languages import _
from offramp.place.topics import law_topic, service_topic


def option_text(option: OptionSeen) -> str:
    """Everything about one option, from what police do to the references."""
    kind = _("FOR COMPARISON ONLY, NOT AN OPTION") if option.comparison else option.family_name
    lines = [*wrapped(option.name), "=" * min(len(option.name), WIDTH), kind, ""]
    lines += wrapped(option.summary)
    lines += _part(_("What is to be decided"), wrapped(option.ask))
    lines += _part(_("What police do"), _paragraphs(option.police_do))
    lines += _part(_("For whom, and where it fits"), wrapped(option.for_whom))
    lines += _part(_("Which drugs"), wrapped(f"{_drugs(option)}. {option.drugs_note}"))
    lines += _part(_("Who acts, and what stands in the way"), _who(option))
    lines += _part(_("What it needs"), _needs(option))
    lines += _part(_("What is known"), _findings(option))
    lines += _part(_("How it is thought to work"), wrapped(option.mechanism))
    lines += _part(_("Where it works better or worse"), wrapped(option.moderators))
    lines += _part(_("What those who ran it learned"), wrapped(option.implementation))
    lines += _part(_("What can go wrong"), _pairs(option.harms, _("What lowers it")))
    lines += _part(_("Is it voluntary, and what does it leave behind"), _behind(option))
    lines += _part(_("Who learns the name"), wrapped(_name(option)))
    lines += _part(_("What people object"), _pairs(option.objections, _("Reply")))
    lines += _part(_("Where it has been done"), _examples(option))
    lines += _part(_("What it costs"), _costs(option))
    steps = (_("By day {day}: {do}", day=s["by_day"], do=s["do"]) for s in option.first_90_days)
    lines += _part(_("The first 90 days"), _bullets(steps))
    lines += _part(_("When to stop"), wrapped(option.stop_rule))
    measures = (f"{i['name']} ({i['id']})" for i in option.indicators)
    lines += _part(_("What to measure"), _bullets(measures))
    lines += _part(_("Is it in the simulation?"), wrapped(simulated(option)))
    lines += _part(
        _("What goes with it, or instead of it"),
        _bullets(f"{other['name']} ({other['id']})" for other in option.related),
    )
    references = [
        f"[{r.number}] {r.citation}" + (f" {r.link}" if r.link else "") for r in option.references
    ]
    lines += _part(_("References"), [line for r in references for line in _hanging(r, "", 4)])
    reviewed = _("Last reviewed {date}.", date=option.reviewed)
    lines += ["", *wrapped(f"{_(RANGE)} {reviewed}"), *closing()]
    return "\n".join(lines)


def simulated(option: OptionSeen) -> str:
    """Whether the option can be simulated, and if not, why."""
    if option.comparison or option.simulated:
        return _("Yes: offramp plan PLACE shows what it would probably change.")
    return _("No. {why}", why=option.no_levers_because) if option.no_levers_because else ""


def _paragraphs(text: str) -> list[str]:
    parts = [wrapped(part) for part in text.split("\n\n") if part.strip()]
    return [line for part in parts for line in (*part, "")][:-1]


def _hanging(text: str, mark: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _bullets(entries: Iterable[str]) -> list[str]:
    return [line for entry in entries for line in _hanging(entry, "- ", 2)]


def _part(title: str, lines: list[str]) -> list[str]:
    return ["", title, "-" * len(title), *lines] if lines else []


def _who(option: OptionSeen) -> list[str]:
    entries = []
    if option.acts:
        entries.append(_("Who acts: {who}", who=", ".join(_(ACTORS[one]) for one in option.acts)))
    if option.hurdle:
        entries.append(_("What stands in the way: {hurdle}", hurdle=_(HURDLES[option.hurdle])))
    return _bullets(entries)


def _needs(option: OptionSeen) -> list[str]:
    needs = option.needs
    entries = [
        _("Law ({topic}): {why}", topic=law_topic(n["topic"]).label, why=n["why"])
        for n in needs["law"]
    ]
    entries += [
        _("Service ({service}): {why}", service=service_topic(n["service"]).label, why=n["why"])
        for n in needs["services"]
    ]
    entries += [_("Agreement: {text}", text=text) for text in needs["agreements"]]
    entries += [_("Partner: {text}", text=text) for text in needs["partners"]]
    entries += [
        _("People: {text}", text=needs["people"]),
        _("Money: {text}", text=needs["money"]),
    ]
    if option.hazards:
        named = "; ".join(law_topic(topic).label for topic in option.hazards)
        entries.append(_("Dangerous where there is: {hazards}", hazards=named))
    return _bullets(entries)


def _drugs(option: OptionSeen) -> str:
    return ", ".join(_(DRUGS[drug]) for drug in option.drugs).capitalize()


def _findings(option: OptionSeen) -> list[str]:
    lines: list[str] = []
    for finding in option.findings:
        lines += _hanging(finding.says, f"{_(OUTCOMES[finding.outcome])}: ", 2)
        sure = _("How sure: {how_sure}. {why}", how_sure=finding.how_sure, why=finding.why)
        lines += [*wrapped(sure, 2), ""]
    return lines[:-1]


def _pairs(pairs: list[Pair], answer: str) -> list[str]:
    lines: list[str] = []
    for pair in pairs:
        lines += [*_hanging(pair.says, "- ", 2), *wrapped(f"{answer}: {pair.answer}", 2)]
    return lines


def _behind(option: OptionSeen) -> list[str]:
    voluntary = _("Voluntary.") if option.voluntary["is_voluntary"] else _("Not voluntary.")
    refusing = _("Refusing: {text}", text=option.voluntary["refusing"])
    behind = option.leaves_behind
    return _bullets(
        [f"{voluntary} {refusing}", *(f"{_(LEFT_BEHIND[key])}: {behind[key]}" for key in behind)]
    )


def _name(option: OptionSeen) -> str:
    start = "" if option.name_goes["names_person"] else _("No name is passed on.") + " "
    return start + str(option.name_goes["goes_to"])


def _costs(option: OptionSeen) -> list[str]:
    entries = [f"{c.item}: {c.price}" for c in option.costs]
    level = _("Roughly: {level}", level=_(COSTS[option.cost_level]))
    return [*_bullets([level, *entries]), *wrapped(option.economics)]


def _examples(option: OptionSeen) -> list[str]:
    lines: list[str] = []
    for example in option.examples:
        lines += _example(example)
    return lines


def _example(example: ExampleSeen) -> list[str]:
    head = f"{example.place} ({example.country}), {example.years}. {example.agency}."
    lines = _hanging(head, "- ", 2)
    lines += wrapped(f"{example.did} {example.marks}", 2)
    lines += wrapped(_("What happened: {text}", text=example.happened), 2)
    lines += wrapped(_("Still running: {text}", text=example.still_runs), 2)
    if example.setting_risks:
        lines += wrapped(_("Risks of the setting: {text}", text=example.setting_risks), 2)
    return lines
