"""`offramp learn evaluate --feed PLACE`: from a study to the plan of its place."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem

if TYPE_CHECKING:
    from offramp.learn.evaluate import Evaluation


def feed_place(found: Evaluation, shown: str, place: Path, today: date) -> dict[str, Any]:
    """Write the study as [[learned]] into place.toml; what that changes, as plain data.

    InputError: the study cannot be fed, the option has no such effect, or it was fed already."""
    from offramp.catalogue.load import load as load_catalogue
    from offramp.catalogue.validation_words import did_you_mean, listed
    from offramp.learn.fed import fed
    from offramp.place.edit import with_item
    from offramp.place.load import load
    from offramp.place.new import must_be_right
    from offramp.place.schema import Learned
    from offramp.place.write import write_over
    from offramp.plan.local_effects import combined, lever_of, parameters_of

    entry = fed(found, shown, today)
    catalogue, loaded = load_catalogue(), load(place)
    option = catalogue.options.get(entry.option)
    if option is None:
        right = did_you_mean(entry.option, catalogue.options, "options")
        raise InputError(Problem(shown, 0, "option", f'"{entry.option}" is not known', right))
    lever = lever_of(option, entry.parameter, catalogue)
    if lever is None:
        can = parameters_of(option, catalogue)
        right = f"{option.id} has: {listed(can)}" if can else f"{option.id} has none to be fed"
        problem = f'"{entry.parameter}" is no effect that a ratio can inform'
        raise InputError(Problem(shown, 0, "parameter", problem, right))
    same = (entry.option, entry.parameter)
    before = [one for one in loaded.place.learned if (one.option, one.parameter) == same]
    if any(one.plan == entry.plan for one in before):
        problem = f'holds the study "{entry.study}" already'
        raise InputError(
            Problem(str(loaded.path), 0, "learned", problem, "take it out to renew it")
        )
    assert loaded.file is not None
    text = with_item(loaded.file.text.removeprefix("\ufeff"), "learned", entry.entry())
    if text is None:
        problem = "could not be written without touching other lines"
        raise InputError(Problem(str(loaded.path), 0, "learned", problem, "add it by hand"))
    must_be_right(text)
    both = combined(lever, catalogue, [*before, Learned(**entry.entry())])
    alone = combined(lever, catalogue, [Learned(**entry.entry())])
    write_over(loaded.path, text)
    record = catalogue.evidence[both.record]
    return {
        **{k: v.isoformat() if isinstance(v, date) else v for k, v in entry.entry().items()},
        "place": loaded.place.name,
        "file": str(loaded.path),
        "record": both.record,
        "record_says": record.says,
        "weight": round(alone.weight, 4),
        "weight_of_all_studies_here": round(both.weight, 4),
        "catalogue_ratio": [round(v, 4) for v in both.before],
        "ratio_in_the_plan": [round(v, 4) for v in both.after],
    }


def feed_text(fed: dict[str, Any]) -> str:
    """The same in words."""

    def span(three: list[float]) -> str:
        return f"{three[0]:.2f} ({three[1]:.2f} to {three[2]:.2f})"

    lines = [
        f"Fed into {fed['file']}: {fed['option']}, {fed['parameter']}.",
        f"This study: times {span([fed['ratio'], fed['low'], fed['high']])}. "
        f"Catalogue ({fed['record']}), carried here: times {span(fed['catalogue_ratio'])}.",
        f"Weight of this study {fed['weight']:.0%}"
        + (
            ""
            if fed["locked"]
            else ", its variance doubled because its plan was not locked before results"
        )
        + f". The plan of {fed['place']} now uses times {span(fed['ratio_in_the_plan'])}.",
    ]
    return "\n".join("\n".join(textwrap.wrap(line, 88)) for line in lines)
