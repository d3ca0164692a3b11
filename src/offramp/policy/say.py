"""Answers of a policy for the terminal, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from offramp.policy.decide import Answer, Spoken
from offramp.policy.table import Table
from offramp.policy.words import words

WIDTH = 79


def answer_text(answer: Answer, table: Table) -> str:
    """What may be offered, what limits it, what to ask, and on what it rests."""
    return "\n".join(_answer(answer, table))


def _answer(answer: Answer, table: Table) -> Iterator[str]:
    said = words(answer.language).fixed
    ends = answer.effective_to or said["open_end"]
    yield from _wrapped(
        said["under"].format(
            agency=answer.agency, version=answer.version, start=answer.effective_from, end=ends
        )
    )
    notice = table.notice.get(answer.language) or next(iter(table.notice.values()), "")
    yield from _wrapped(notice)
    yield ""
    if answer.options:
        yield said["may_offer"].upper()
    for number, option in enumerate(answer.options, start=1):
        yield from _wrapped(f"{number}. {option.name}  [{option.id}]")
        for label, text in (
            ("why", option.reason),
            ("say", option.say),
            ("terms", option.terms),
            ("record", option.record),
            ("name", option.name_goes_to),
        ):
            if text:
                yield from _wrapped(f"{said[label]}: {text}", "   ")
        spoken = [Spoken(option.rule, option.clause), *option.also]
        clauses = [f"{one.rule}, {said['clause']} {one.clause}" for one in spoken]
        yield from _wrapped(f"{said['rule']} {'; '.join(clauses)}", "   ")
    if not answer.options:
        yield from _wrapped(said["none_named"])
    if answer.limits:
        yield ""
        yield said["limits"].upper()
        for limit in answer.limits:
            where = f"({said['rule']} {limit.rule}, {said['clause']} {limit.clause})"
            yield from _wrapped(f"- {limit.text} {where}")
    if answer.ask:
        yield ""
        yield said["ask_first"].upper()
        for ask in answer.ask:
            yield from _wrapped(f"- {ask.question} {ask.how}")
            if ask.options:
                yield from _wrapped(f"{said['could_open']}: {', '.join(ask.options)}", "    ")
    yield ""
    yield from _wrapped(said["otherwise"])


def replay_text(found: Mapping[str, Any]) -> str:
    """Totals of a replay, and what the data cannot tell."""
    return "\n".join(_replay(found))


def _replay(found: Mapping[str, Any]) -> Iterator[str]:
    policy = found["policy"]
    yield f"{policy['agency']}, version {policy['version']}, over {found['contacts']} contacts:"
    yield ""
    yield f"{'':<38} {'covered':>10} {'perhaps':>10} {'share':>16}"
    for total in found["totals"]:
        share = f"{total['share_low']:.1%}" if found["contacts"] else ""
        if found["contacts"] and total["perhaps"]:
            share = f"{total['share_low']:.1%} to {total['share_high']:.1%}"
        name = textwrap.shorten(total["name"], 37, placeholder="...")
        yield f"{name:<38} {total['eligible']:>10} {total['perhaps']:>10} {share:>16}"
    if found["cannot_tell"]:
        yield ""
        yield "What these data cannot tell:"
        for line in found["cannot_tell"]:
            yield from _wrapped(f"- {line}")
    yield ""
    yield "Perhaps: facts that decide are not in the data. By period and group: --json."


def _wrapped(text: str, start: str = "") -> list[str]:
    after = start + ("  " if text.startswith("- ") else "   " if text[:1].isdigit() else "")
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=after, break_on_hyphens=False
    )
