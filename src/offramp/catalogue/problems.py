"""What is wrong with an input, where, and what would be right.

Every reader collects problems and reports all of a file at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of an input file.

    file: path as the user gave it, or relative to the catalogue; line: 1-based line or row,
    0 when the fault belongs to the whole file; field: dotted path or column name ("" if none).
    """

    file: str
    line: int
    field: str
    problem: str
    right: str

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        what = f"{self.field} {self.problem}" if self.field else self.problem
        return f"{where}: {what}" + (f"; {self.right}" if self.right else "")

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


class InputError(Exception):
    """The input is wrong; carries every problem found (exit code 1 on the command line)."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = [problems] if isinstance(problems, Problem) else sorted(set(problems))
        self.problems: tuple[Problem, ...] = tuple(found)
        super().__init__("\n".join(str(p) for p in self.problems))
