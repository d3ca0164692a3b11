"""The page of all options, with search and filters; the pages of evidence, measures, about."""

from __future__ import annotations

from collections.abc import Mapping

from offramp.catalogue import numbers
from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Evidence, Option
from offramp.catalogue.words import NOT_NAMED, may_be_named
from offramp.fit.hold import Fit, status_words
from offramp.fit.rules import STATUSES
from offramp.guide.short import short_words
from offramp.guide.site.frame import Frame
from offramp.guide.site.parts import bare, choice, cited, safe
from offramp.guide.words import (
    ACTORS,
    CERTAINTY,
    CHECKED,
    COSTS_SHORT,
    DESIGNS,
    DRUGS,
    FAMILIES,
    HURDLES,
    OUTCOMES,
    RANGE,
    TOPICS,
)
from offramp.languages import N_, _

CERTAINTIES = ("high", "moderate", "low", "very_low", "none")  # best first
AT_LEAST = {
    "high": N_("sure"),
    "moderate": N_("at least fairly sure"),
    "low": N_("at least not very sure"),
    "very_low": N_("measured at all"),
}
NATURES = {
    "higher": N_("Higher is better."),
    "lower": N_("Lower is better."),
    "nearer_one": N_("Nearer to one is fairer."),
    "read_with_another": N_("Means nothing alone: read it with another measure."),
}
MEASURES_OF = {
    "safety": N_("Safety"),
    "health": N_("Health"),
    "confidence": N_("Confidence"),
    "equity": N_("Fairness between groups"),
    "process": N_("What is done (no success in itself)"),
    "officers": N_("Officers"),
}


def index_page(frame: Frame, catalogue: Catalogue, fitted: Mapping[str, Fit] | None) -> str:
    """All options by family, with the form that searches and filters them."""
    parts = [_form(fitted is not None)]
    parts.append('<p id="count" class="count" role="status" aria-live="polite"></p>')
    parts.append(f'<p id="nothing" hidden>{safe(_nothing())}</p><div id="options">')
    for family, head in FAMILIES.items():
        found = [one for one in catalogue.candidates.values() if one.family == family]
        if found:
            cards = "".join(
                _card(one, fitted.get(one.id) if fitted is not None else None)
                for one in sorted(found, key=lambda one: one.id)
            )
            name = f"family-{family}"
            parts.append(
                f'<section class="family-of" aria-labelledby="{name}"><h2 id="{name}">'
                f'{safe(_(head))}</h2><ul class="options">{cards}</ul></section>'
            )
    comparison = catalogue.comparison
    parts.append(
        f'</div><p class="small">{safe(_("For comparison only:"))} '
        f'<a href="{comparison.id}.html">{safe(comparison.name)}</a></p>'
    )
    scripts = ("data.js", "search.js", "site.js")
    return frame.page("index", _("What police can do besides arrest"), "".join(parts), scripts)


def _nothing() -> str:
    return _("Nothing fits. Take away a filter, or try other words.")


def _form(fitted: bool) -> str:
    any_ = _("any")
    ready = (
        choice(
            "ready",
            _("Here"),
            any_,
            {status: status_words()[status].label for status in STATUSES},
        )
        if fitted
        else choice("ready", _("What stands in the way"), any_, _all(HURDLES))
    )
    return (
        '<form id="find" role="search" hidden><div class="words">'
        f'<label for="query">{safe(_("What do you need? In your own words"))}</label>'
        '<input id="query" name="query" type="search" autocomplete="off"></div>'
        + choice("outcome", _("Outcome"), any_, _all(OUTCOMES))
        + choice("sure", _("How sure"), any_, _all(AT_LEAST))
        + ready
        + choice("cost", _("Cost"), any_, _all(COSTS_SHORT))
        + choice("acts", _("Who acts"), any_, _all(ACTORS))
        + choice(
            "drug", _("Which drugs"), any_, _all({k: v for k, v in DRUGS.items() if k != "any"})
        )
        + f'<button type="reset">{safe(_("Clear"))}</button></form>'
        "<noscript><p>"
        + safe(_("Search and filters need JavaScript; the pages do not."))
        + "</p></noscript>"
    )


def _all(words: Mapping[str, str]) -> dict[str, str]:
    return {key: _(said) for key, said in words.items()}


def _card(option: Option, fitted: Fit | None) -> str:
    sure: dict[str, str] = {one.outcome: one.certainty for one in option.findings}
    ready = fitted.status if fitted is not None else option.hurdle or ""
    data = {
        "id": option.id,
        "acts": " ".join(option.acts),
        "drugs": " ".join(option.drugs),
        "cost": option.cost_level or "not_known",
        "ready": ready,
        **{outcome: str(CERTAINTIES.index(sure.get(outcome, "none"))) for outcome in OUTCOMES},
    }
    attributes = " ".join(f'data-{name}="{safe(value)}"' for name, value in data.items())
    chips = "".join(
        f'<li><span class="sure {sure.get(outcome, "none")}">{safe(_(label))}: '
        f"{safe(_short_sure(sure.get(outcome, 'none')))}</span></li>"
        for outcome, label in OUTCOMES.items()
    )
    status = ""
    if fitted is not None:
        label = status_words()[fitted.status].label
        reason = fitted.reasons[0] if fitted.reasons else ""
        status = (
            f'<p class="here {fitted.status}"><strong>{safe(_("Here: {status}", status=label))}'
            f"</strong> {safe(reason)}</p>"
        )
    hurdle = _(HURDLES[option.hurdle]) if option.hurdle else _("not known")
    cost = _(COSTS_SHORT[option.cost_level or "not_known"])
    stands = _("In the way: {hurdle}. Cost: {cost}.", hurdle=hurdle, cost=cost)
    return (
        f'<li class="option" {attributes}>'
        f'<h3><a href="{option.id}.html">{safe(option.name)}</a></h3>'
        f'<p>{safe(option.summary)}</p>{status}<ul class="chips">{chips}</ul>'
        f'<p class="small">{safe(stands)}</p></li>'
    )


def _short_sure(certainty: str) -> str:
    return _("not known") if certainty == "none" else _(CERTAINTY[certainty])


def evidence_page(frame: Frame, catalogue: Catalogue) -> str:
    """Every record: what was found, where, how sure its design makes us, where it is from."""
    topics = [one for one in TOPICS if any(r.topic == one for r in catalogue.evidence.values())]
    form = (
        '<form id="filter" hidden>'
        + f'<div class="words"><label for="words">{safe(_("Words in the table"))}</label>'
        + '<input id="words" type="search" autocomplete="off"></div>'
        + choice("topic", _("About"), _("any"), {one: _(TOPICS[one]) for one in topics})
        + choice("design", _("Kind of study"), _("any"), _all(DESIGNS))
        + "</form>"
    )
    heads = (_("What was found"), _("Number"), _("Where, and who"), _("Kind of study"), _("Source"))
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    rows = "".join(_evidence_row(record, heads) for record in catalogue.evidence.values())
    label = safe(_("All evidence records"))
    body = (
        f"<p>{safe(_(RANGE))}</p>{form}"
        '<p id="count" class="count" role="status" aria-live="polite"></p>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="evidence"><caption class="hidden">{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return frame.page("evidence", _("Evidence"), body, ("data.js", "search.js", "site.js"))


def _evidence_row(record: Evidence, heads: tuple[str, ...]) -> str:
    number = str(numbers.with_range(record)) if record.estimate is not None else _("direction only")
    link = f"https://doi.org/{record.source.doi}" if record.source.doi else record.source.url
    if may_be_named(f"{record.source.citation} {link or ''}"):
        source = safe(record.source.citation)
        if link:
            source += f' <a href="{safe(link)}" rel="noopener noreferrer">{safe(bare(link))}</a>'
    else:
        source = safe(_(NOT_NAMED))
    why = f'<br><span class="small">{safe(record.why)}</span>' if record.why else ""
    checked = _(CHECKED[record.checked.how])
    cells = (
        f"{safe(record.says)}{why}",
        f'{safe(number)}<br><span class="small">{safe(record.measure)}</span>',
        safe(record.setting),
        f'{safe(_(DESIGNS[record.design]))}<br><span class="small">{safe(checked)}, '
        f"{record.checked.on.isoformat()}</span>",
        f'<span class="source">{source}</span>',
    )
    made = "".join(
        f'<td data-head="{safe(head)}">{cell}</td>' for head, cell in zip(heads, cells, strict=True)
    )
    return (
        f'<tr id="{record.id}" data-topic="{record.topic or ""}" data-design="{record.design}">'
        f"{made}</tr>"
    )


def measures_page(frame: Frame, catalogue: Catalogue) -> str:
    """Every indicator: what is counted, out of what, and how to read it."""
    parts = []
    for outcome, head in MEASURES_OF.items():
        entries = []
        for one in catalogue.indicators.values():
            if one.outcome != outcome:
                continue
            rows = (
                (_("Counted"), one.numerator),
                (_("Out of"), one.denominator),
                (_("Source"), one.source),
                (_("How to read it"), f"{_(NATURES[one.direction])} {one.caveat}"),
                (_("Smallest count that may be published"), str(one.smallest)),
            )
            listed = "".join(
                f"<li><strong>{safe(name)}:</strong> {safe(text)}</li>" for name, text in rows
            )
            entries.append(
                f'<h3 id="{one.id}">{safe(one.name)} <span class="id">{one.id}</span></h3>'
                f"<p>{safe(one.definition)}</p><ul>{listed}</ul>"
            )
        if entries:
            parts.append(f"<section><h2>{safe(_(head))}</h2>{''.join(entries)}</section>")
    return frame.page("measures", _("Measures"), "".join(parts))


def about_page(frame: Frame, catalogue: Catalogue) -> str:
    """What the guide is, how sure its words are, what it holds."""
    words = short_words()
    sure = "".join(
        f'<li><span class="sure {key}">{safe(_(said))}</span></li>'
        for key, said in CERTAINTY.items()
    )
    outcomes = "".join(
        f"<dt>{safe(one.name)}</dt><dd>{safe(one.says)}</dd>" for one in words.outcomes
    )
    held = _(
        "{options} options, {examples} examples, {evidence} evidence records, {measures} measures.",
        options=len(catalogue.candidates),
        examples=len(catalogue.examples),
        evidence=len(catalogue.evidence),
        measures=len(catalogue.indicators),
    )
    files = "".join(
        f'<li><a href="{name}">{name}</a></li>'
        for name in ("catalogue.json", "options.csv", "examples.csv", "evidence.csv")
    )
    body = (
        f"<p>{safe(words.about)}</p><p>{safe(held)}</p>"
        f"<h2>{safe(words.outcomes_head)}</h2><dl>{outcomes}</dl>"
        f'<h2>{safe(_("How sure"))}</h2><p>{safe(words.sure)}</p><ul class="chips">{sure}</ul>'
        f"<p>{cited(_(RANGE))}</p>"
        f"<h2>{safe(words.words_head)}</h2><ul>"
        + "".join(f"<li>{safe(one)}</li>" for one in words.words)
        + f"</ul><h2>{safe(_('For computers'))}</h2><ul>{files}</ul>"
    )
    return frame.page("about", _("About this guide"), body)
