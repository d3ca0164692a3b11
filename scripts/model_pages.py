"""Write docs/model/ from the code: one page a process, the parameters, an index.

    python scripts/model_pages.py

A page holds the docstring of the process (equation and sources in short), the parameters that its
code reads, and the full citation of every record that they rest on. tests/test_model_pages.py
holds the pages against the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from offramp.catalogue.load import load
from offramp.catalogue.schema import Evidence
from offramp.model.parameters import Parameter, declared
from offramp.model.parameters.table import row, table

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "offramp"
FOLDER = ROOT / "docs" / "model"
PROCESSES = SOURCE / "model" / "processes"
# Worked out from the sums of a run, or solved before it: not in the week loop.
BESIDE = {
    "confidence": SOURCE / "plan" / "confidence.py",
    "case_work_effect": SOURCE / "plan" / "engagement.py",
}
GROUPS = {"wellbeing": "health_value"}  # where a page's parameters are declared, if not by its name
WEEK = SOURCE / "model" / "week.py"
COLUMNS = (
    "| name | meaning | unit | prior | rests on | bounds | options | fit |\n"
    "|---|---|---|---|---|---|---|---|"
)
MADE = "Made by `python scripts/model_pages.py` from the code; a test holds it against the code.\n"


def files() -> dict[str, Path]:
    """Name of a page -> the file it describes, in the order in which the week loop calls them."""
    called = WEEK.read_text(encoding="utf-8")
    names = [path.stem for path in PROCESSES.glob("*.py") if path.stem != "__init__"]
    names.sort(key=lambda name: (called.find(f" {name}.") % len(called), name))
    return {name: PROCESSES / f"{name}.py" for name in names} | BESIDE


def read_by(path: Path, name: str) -> list[Parameter]:
    """The parameters that a file reads, and those declared in the file of the same name."""
    text = path.read_text(encoding="utf-8")
    found = set(re.findall(r"\bat\.(\w+)", text)) | set(re.findall(r'"(\w+)"', text))
    if name == "case_work_effect":
        found |= {"engaged_offending"}
    groups = (name, GROUPS.get(name))
    return [p for p in declared().values() if p.name in found or p.process in groups]


def citations(parameters: Iterable[Parameter], records: Mapping[str, Evidence]) -> list[str]:
    """Each record that the parameters rest on, with where it is from and what it counts."""
    ids = sorted({p.evidence for p in parameters if p.evidence is not None})
    lines = []
    for id_ in ids:
        record = records[id_]
        where = f" {record.source.url}" if record.source.url else ""
        doi = f" doi:{record.source.doi}" if record.source.doi else ""
        why = f" {record.why}" if record.why else ""
        lines.append(f"- `{id_}`: {record.source.citation}.{doi}{where}{why}".replace("..", "."))
    return lines


def page(name: str, path: Path, records: Mapping[str, Evidence]) -> str:
    """One page in Markdown."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    title, _, rest = words.partition("\n")
    parameters = read_by(path, name)
    lines = [
        f"# {title.rstrip('.')}",
        "",
        MADE,
        f"Code: `{path.relative_to(ROOT).as_posix()}`",
        "",
        rest.strip(),
        "",
    ]
    if parameters:
        lines += [
            "## Parameters",
            "",
            "*Prior*: middle and 95% range. *Options*: may options move it. *Fit*: may calibration"
            " move it.",
            "",
            COLUMNS,
            *(row(p, records) for p in parameters),
            "",
        ]
    cited = citations(parameters, records)
    if cited:
        lines += ["## What they rest on", "", *cited, ""]
    return "\n".join(lines).rstrip() + "\n"


def index() -> str:
    """The list of pages."""
    lines = [
        "# The model, process by process",
        "",
        MADE,
        "How the parts fit together, what is left out and what the model must not be used for:"
        " [The model](../model.md), [overview by the ODD protocol](odd.md). All numbers in one"
        " table: [parameters](parameters.md). To add to it: [an option, a process](extend.md).",
        "",
        "| page | what it is | parameters |",
        "|---|---|---|",
    ]
    for name, path in files().items():
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = words.partition("\n")[0].rstrip(".")
        count = len(read_by(path, name))
        lines.append(f"| [{name.replace('_', ' ')}]({name}.md) | {first} | {count} |")
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """File name -> text of every page that is made."""
    records = load().evidence
    made = {f"{name}.md": page(name, path, records) for name, path in files().items()}
    return made | {"parameters.md": table(records), "README.md": index()}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"Wrote {len(pages())} pages into {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
