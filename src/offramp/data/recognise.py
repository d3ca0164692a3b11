"""Which reader a file is for: by its columns, and by its name where two share their columns."""

from __future__ import annotations

import re

from offramp.catalogue.problems import InputError, Problem
from offramp.data.raw import Header, Source
from offramp.data.rules import Reader, shipped


def recognise(source: Source, header: Header) -> Reader:
    """The shipped reader for a file. Raises InputError: none, or several that fit."""
    columns = set(header.columns)
    known = [reader for reader in shipped() if set(reader.header) <= columns]
    named = [r for r in known if r.file_name is None or re.search(r.file_name, source.name)]
    if named:
        most = max(len(reader.header) for reader in named)
        best = [reader for reader in named if len(reader.header) == most]
        if len(best) == 1:
            return best[0]
        named = best
    if named or known:
        ids = ", ".join(sorted(reader.id for reader in named or known))
        raise InputError(
            Problem(source.shown, 1, "", f"could be any of {ids}", "say which with --as, or map it")
        )
    near = max(shipped(), key=lambda r: len(set(r.header) & columns) / len(r.header))
    missing = [name for name in near.header if name not in columns]
    if 0 < len(missing) < len(near.header) / 2:
        right = f"'{near.name}' also has the columns {', '.join(missing)}"
    else:
        right = "write a mapping with 'offramp data map', then give it with --mapping"
    raise InputError(Problem(source.shown, 1, "", "has columns that no reader knows", right))


def must_fit(source: Source, header: Header, reader: Reader) -> None:
    """Raise InputError with every column that a named reader needs and the file lacks."""
    columns = set(header.columns)
    needed = set(reader.header)
    problems = [
        Problem(source.shown, 1, name, "is missing", f"'{reader.id}' needs this column")
        for name in sorted(needed - columns)
    ]
    if problems:
        raise InputError(problems)
