"""Save one answer of `place improve`: the whole file with it, or the file as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError
from offramp.catalogue.toml_file import TomlFile, read
from offramp.place.answer import answered
from offramp.place.improve import Question
from offramp.place.new import must_be_right
from offramp.place.write import toml_value, write_over


def save(path: Path, question: Question, entry: dict[str, Any]) -> str:
    """Write the answer into place.toml. Returns why it was not saved, or an empty text."""
    file: TomlFile = read(path)
    text = answered(file.text, question, entry)
    if text is None:
        return f"add it by hand: {question.field} = {toml_value(entry)}"
    try:
        must_be_right(text)
    except InputError as error:
        return "; ".join(f"{p.field} {p.problem}; {p.right}" for p in error.problems)
    write_over(path, text)
    return ""
