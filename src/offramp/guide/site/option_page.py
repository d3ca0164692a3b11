"""The page of one option."""

from __future__ import annotations

from offramp.fit.hold import Fit, status_words
from offramp.guide.example import ExampleSeen
from offramp.guide.option import OptionSeen, Pair
from offramp.guide.site.frame import Frame
from offramp.guide.site.parts import bullets, cited, paragraphs, references, safe, section
from offramp.guide.terminal import simulated
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


def option_page(frame: Frame, option: OptionSeen, fitted: Fit | None) -> str:
    """Everything about one option, as HTML."""
    kind = _("For comparison only, not an option") if option.comparison else option.family_name
    steps = (
        f"<strong>{safe(_('By day {day}:', day=s['by_day']))}</strong> {safe(s['do'])}"
        for s in option.first_90_days
    )
    body = "".join(
        (
            f'<p class="family">{safe(kind)}</p>',
            f'<p class="lead">{safe(option.summary)}</p>',
            _fit(fitted),
            section("ask", _("What is to be decided"), paragraphs(option.ask)),
            section("do", _("What police do"), paragraphs(option.police_do)),
            section("whom", _("For whom, and where it fits"), _whom(option)),
            section("known", _("What is known"), _known(option)),
            section("wrong", _("What can go wrong"), _pairs(option.harms, _("What lowers it"))),
            section("needs", _("What it needs"), _needs(option)),
            section("left", _("Is it voluntary, and what does it leave behind"), _left(option)),
            section("objections", _("What people object"), _pairs(option.objections, _("Reply"))),
            section("examples", _("Where it has been done"), _examples(option.examples)),
            section("costs", _("What it costs"), _costs(option)),
            section("first", _("The first 90 days"), bullets(steps)),
            section("stop", _("When to stop"), paragraphs(option.stop_rule)),
            section("measures", _("What to measure"), _measures(option)),
            section("simulated", _("Is it in the simulation?"), paragraphs(simulated(option))),
            section("related", _("What goes with it, or instead of it"), _related(option)),
            section("sources", _("References"), references(option.references)),
            f'<p class="small">{safe(_(RANGE))} '
            f"{safe(_('Last reviewed {date}.', date=option.reviewed))}</p>",
        )
    )
    return frame.page(option.id, option.name, body)


def _fit(fitted: Fit | None) -> str:
    if fitted is None:
        return ""
    words = status_words()[fitted.status]
    reasons = bullets(safe(reason) for reason in fitted.reasons)
    changes = bullets(safe(change) for change in fitted.would_change)
    more = f"<h3>{safe(_('What would change it'))}</h3>{changes}" if changes else ""
    return (
        f'<section class="box fit {fitted.status}" aria-labelledby="fit"><h2 id="fit">'
        f"{safe(_('Here: {status}', status=words.label))}</h2>"
        f"<p>{safe(words.means)}</p>{reasons}{more}</section>"
    )


def _whom(option: OptionSeen) -> str:
    drugs = ", ".join(_(DRUGS[drug]) for drug in option.drugs)
    lines = [f"<strong>{safe(_('Which drugs:'))}</strong> {safe(f'{drugs}. {option.drugs_note}')}"]
    if option.acts:
        who = ", ".join(_(ACTORS[one]) for one in option.acts)
        lines.append(f"<strong>{safe(_('Who acts:'))}</strong> {safe(who)}")
    if option.hurdle:
        hurdle = safe(_(HURDLES[option.hurdle]))
        lines.append(f"<strong>{safe(_('What stands in the way:'))}</strong> {hurdle}")
    return paragraphs(option.for_whom) + bullets(lines)


def _known(option: OptionSeen) -> str:
    parts = []
    for finding in option.findings:
        parts.append(
            f"<h3>{safe(_(OUTCOMES[finding.outcome]))} "
            f'<span class="sure {finding.certainty}">{safe(finding.how_sure)}</span></h3>'
            f'<p>{cited(finding.says)}</p><p class="small">{cited(finding.why)}</p>'
        )
    for title, text in (
        (_("How it is thought to work"), option.mechanism),
        (_("Where it works better or worse"), option.moderators),
        (_("What those who ran it learned"), option.implementation),
    ):
        if text:
            parts.append(f"<h3>{safe(title)}</h3>{paragraphs(text)}")
    return "".join(parts)


def _pairs(pairs: list[Pair], answer: str) -> str:
    return bullets(
        f'{cited(pair.says)}<br><span class="answer"><strong>{safe(answer)}:</strong> '
        f"{cited(pair.answer)}</span>"
        for pair in pairs
    )


def _needs(option: OptionSeen) -> str:
    needs = option.needs
    rows: list[tuple[str, str]] = []
    rows += [(_("Law"), f"{law_topic(n['topic']).label}: {n['why']}") for n in needs["law"]]
    rows += [
        (_("Service"), f"{service_topic(n['service']).label}: {n['why']}")
        for n in needs["services"]
    ]
    rows += [(_("Agreement"), text) for text in needs["agreements"]]
    rows += [(_("Partner"), text) for text in needs["partners"]]
    rows += [(_("People"), needs["people"]), (_("Money"), needs["money"])]
    if option.hazards:
        named = "; ".join(law_topic(topic).label for topic in option.hazards)
        rows.append((_("Dangerous where there is"), named))
    return bullets(f"<strong>{safe(head)}:</strong> {safe(text)}" for head, text in rows)


def _left(option: OptionSeen) -> str:
    voluntary = _("Voluntary.") if option.voluntary["is_voluntary"] else _("Not voluntary.")
    name = "" if option.name_goes["names_person"] else _("No name is passed on.") + " "
    return bullets(
        [
            f"{safe(voluntary)} {safe(_('Refusing: {text}', text=option.voluntary['refusing']))}",
            *(
                f"<strong>{safe(_(LEFT_BEHIND[key]))}:</strong> {safe(text)}"
                for key, text in option.leaves_behind.items()
            ),
            f"<strong>{safe(_('Who learns the name:'))}</strong> "
            f"{safe(name + option.name_goes['goes_to'])}",
        ]
    )


def _examples(examples: list[ExampleSeen]) -> str:
    return bullets(
        f'<a href="examples.html#{one.id}"><strong>{safe(one.place)}</strong></a> '
        f"({safe(one.country)}), {safe(one.years)}. {safe(one.did)} {cited(one.marks)}<br>"
        f"<strong>{safe(_('What happened:'))}</strong> {cited(one.happened)}"
        for one in examples
    )


def _costs(option: OptionSeen) -> str:
    level = safe(_("Roughly: {level}", level=_(COSTS[option.cost_level])))
    entries = (f"{safe(cost.item)}: {cited(cost.price)}" for cost in option.costs)
    return bullets([level, *entries]) + paragraphs(option.economics)


def _measures(option: OptionSeen) -> str:
    return bullets(
        f'<a href="measures.html#{one["id"]}">{safe(one["name"])}</a>' for one in option.indicators
    )


def _related(option: OptionSeen) -> str:
    return bullets(
        f'<a href="{other["id"]}.html">{safe(other["name"])}</a>' for other in option.related
    )
