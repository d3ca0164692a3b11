"""Options as plain text for a window of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from offramp.guide.option import DRUGS, FAMILIES, OptionSeen

WIDTH = 78
RANGE = (
    "Range: what the study itself allows for chance, nineteen times in twenty unless it says "
    "otherwise. Where no range stands, the source gives none."
)


def list_text(rows: list[dict[str, str]]) -> str:
    """The options under their families."""
    lines: list[str] = []
    family = ""
    for row in rows:
        if row["family"] != family:
            family = row["family"]
            lines += ["", FAMILIES[family].upper(), ""]
        lines += [f"  {row['id']}", *_wrapped(row["name"], 4), *_wrapped(row["summary"], 4), ""]
    lines += _wrapped(
        "More about one of them: offramp guide show ID. For comparison only: "
        "offramp guide show more-arrests."
    )
    return "\n".join(lines).strip("\n")


def option_text(option: OptionSeen) -> str:
    """Everything about one option, from what police do to the references."""
    kind = "FOR COMPARISON ONLY, NOT AN OPTION" if option.comparison else option.family_name
    lines = [option.name, "=" * min(len(option.name), WIDTH), kind, ""]
    lines += _wrapped(option.summary)
    lines += _part("What is to be decided", _wrapped(option.ask))
    lines += _part("What police do", _paragraphs(option.police_do))
    lines += _part("Which drugs", _wrapped(f"{_drugs(option)}. {option.drugs_note}"))
    lines += _part("What it needs", _needs(option))
    lines += _part("What is known", _findings(option))
    lines += _part("What can go wrong", _pairs(option, "harms", "What lowers it"))
    lines += _part("Is it voluntary, and what does it leave behind", _behind(option))
    lines += _part("Who learns the name", _wrapped(_name(option)))
    lines += _part("What people object", _pairs(option, "objections", "Reply"))
    lines += _part("Where it has been done", _examples(option))
    lines += _part("What it costs", _bullets(f"{c.item}: {c.price}" for c in option.costs))
    lines += _part(
        "The first 90 days",
        _bullets(f"By day {s['by_day']}: {s['do']}" for s in option.first_90_days),
    )
    lines += _part("When to stop", _wrapped(option.stop_rule))
    measures = (f"{i['name']} ({i['id']})" for i in option.indicators)
    lines += _part("What to measure", _bullets(measures))
    references = [
        f"[{r.number}] {r.citation}" + (f" {r.link}" if r.link else "") for r in option.references
    ]
    lines += _part("References", [line for r in references for line in _hanging(r, "", 4)])
    lines += ["", *_wrapped(f"{RANGE} Last reviewed {option.reviewed}.")]
    return "\n".join(lines)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    space = " " * indent
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paragraphs(text: str) -> list[str]:
    parts = [_wrapped(part) for part in text.split("\n\n") if part.strip()]
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


def _numbered(entries: Iterable[str]) -> list[str]:
    return [
        line
        for number, entry in enumerate(entries, 1)
        for line in _hanging(entry, f"{number}. ", 3)
    ]


def _part(title: str, lines: list[str]) -> list[str]:
    return ["", title, "-" * len(title), *lines] if lines else []


def _needs(option: OptionSeen) -> list[str]:
    needs = option.needs
    entries = [f"Law ({_words(n['topic'])}): {n['why']}" for n in needs["law"]]
    entries += [f"Service ({_words(n['service'])}): {n['why']}" for n in needs["services"]]
    entries += [f"Agreement: {text}" for text in needs["agreements"]]
    entries += [f"Partner: {text}" for text in needs["partners"]]
    entries += [f"People: {needs['people']}", f"Money: {needs['money']}"]
    if option.hazards:
        entries.append(f"Dangerous where there is: {', '.join(map(_words, option.hazards))}")
    return _bullets(entries)


def _drugs(option: OptionSeen) -> str:
    return ", ".join(DRUGS[drug] for drug in option.drugs).capitalize()


def _words(key: str) -> str:
    return key.replace("_", " ")


def _findings(option: OptionSeen) -> list[str]:
    lines: list[str] = []
    for finding in option.findings:
        lines += _hanging(finding.says, f"{finding.outcome.capitalize()}: ", 2)
        lines += _wrapped(f"How sure: {finding.how_sure}. {finding.why}", 2)
        lines.append("")
    return lines[:-1]


def _pairs(option: OptionSeen, which: str, answer: str) -> list[str]:
    pairs = option.harms if which == "harms" else option.objections
    lines: list[str] = []
    for pair in pairs:
        lines += [*_hanging(pair.says, "- ", 2), *_wrapped(f"{answer}: {pair.answer}", 2)]
    return lines


def _behind(option: OptionSeen) -> list[str]:
    voluntary = "Voluntary." if option.voluntary["is_voluntary"] else "Not voluntary."
    behind = option.leaves_behind
    return _bullets(
        [
            f"{voluntary} Refusing: {option.voluntary['refusing']}",
            *(f"{key.capitalize()}: {behind[key]}" for key in behind),
        ]
    )


def _name(option: OptionSeen) -> str:
    start = "" if option.name_goes["names_person"] else "No name is passed on. "
    return start + str(option.name_goes["goes_to"])


def _examples(option: OptionSeen) -> list[str]:
    lines: list[str] = []
    for example in option.examples:
        head = f"{example.place} ({example.country}), {example.years}. {example.agency}."
        lines += _hanging(head, "- ", 2)
        lines += _wrapped(f"{example.did} {example.marks}", 2)
        lines += _wrapped(f"What happened: {example.happened}", 2)
        lines += _wrapped(f"Still running: {example.still_runs}", 2)
    return lines
