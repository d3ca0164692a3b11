"""The table of all parameters, from their declarations and records: docs/model/parameters.md."""

from __future__ import annotations

from collections.abc import Mapping

from offramp.catalogue.schema import Evidence
from offramp.model.parameters import Parameter, declared

KINDS = {
    "fitted": "worked out from the place's own figures, or scaled until the run-in gives them",
    "local": "a figure of the place, or of a preset where the place does not know",
    "study": "a published finding, or arithmetic on one",
    "judgement": "ours, with the reason in its record",
    "definition": "true today by definition; options move it",
}
HEAD = """# Parameters

Made by `python -m offramp.model.parameters`; a test holds it against the declarations. Every number
of the model is declared once, in `src/offramp/model/parameters/`, and rests on a record of
`src/offramp/catalogue/evidence/` (which says where it was found, or why we judged so), on the
place, or on a definition.

**{count} parameters**: {kinds}.
*Prior*: middle and 95% range. *Options*: may options move it. *Fit*: does calibration draw it and
weigh it by the place's counts? What no count speaks of keeps the range that it had.
"""


def table(records: Mapping[str, Evidence]) -> str:
    """The page, in Markdown."""
    rows = list(declared().values())
    counts = ", ".join(
        f"{sum(p.kind == kind for p in rows)} {kind} ({words})" for kind, words in KINDS.items()
    )
    lines = [HEAD.format(count=len(rows), kinds=counts)]
    for process in dict.fromkeys(p.process for p in rows):
        lines += [
            f"## {process.replace('_', ' ').capitalize()}",
            "",
            "| name | meaning | unit | prior | rests on | bounds | options | fit |",
            "|---|---|---|---|---|---|---|---|",
            *(row(p, records) for p in rows if p.process == process),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def row(parameter: Parameter, records: Mapping[str, Evidence]) -> str:
    low, high = parameter.limits
    cells = (
        f"`{parameter.name}`",
        parameter.meaning,
        parameter.unit.replace("_", " "),
        prior(parameter, records),
        rests_on(parameter),
        f"{low:g} to {high:g}".replace("inf", "any"),
        "yes" if parameter.lever else "",
        "yes" if parameter.calibratable else "",
    )
    return "| " + " | ".join(cells) + " |"


def rests_on(parameter: Parameter) -> str:
    if parameter.evidence is not None:
        return f"{parameter.kind}: `{parameter.evidence}`"
    return f"{parameter.kind}: {parameter.place}" if parameter.place else parameter.kind


def prior(parameter: Parameter, records: Mapping[str, Evidence]) -> str:
    if parameter.evidence is None:
        return "" if parameter.value is None or parameter.fitted else f"{parameter.value:g}"
    record = records[parameter.evidence]
    if record.estimate is None:
        return ""
    if record.interval is None:
        return f"{record.estimate:g}"
    return (
        f"{record.estimate:g} ({record.interval.low:g} to {record.interval.high:g}), {record.prior}"
    )
