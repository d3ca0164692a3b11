"""Write place.toml: texts that TOML reads back unchanged, files that appear whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem


def toml_value(value: Any) -> str:
    """A value as TOML: text, number, date, true or false, list, or an inline table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        clean = value.encode("utf-8", errors="replace").decode("utf-8")
        return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def toml_key(key: str) -> str:
    """A bare key where that is possible, else in quotes."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml_value(key)


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet, and its folder. Raises InputError if it exists."""
    if path.exists():
        right = "name another folder, or use 'offramp place improve'"
        raise InputError(Problem(str(path), 0, "", "exists already", right))
    made = _make_folder(path.parent)
    try:
        with _beside(path, text) as temporary:
            os.replace(temporary, path)  # noqa: PTH105 (also replaces on Windows)
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def write_all_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files that must not exist yet into a folder, all or none.

    Raises InputError with every one that exists already."""
    there = [folder / name for name in files if (folder / name).exists()]
    if there:
        raise InputError(
            [Problem(str(path), 0, "", "exists already", "name another folder") for path in there]
        )
    written: list[Path] = []
    made = _make_folder(folder)
    try:
        for name, text in files.items():
            write_new(folder / name, text)
            written.append(folder / name)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for made_one in made:
            with suppress(OSError):
                made_one.rmdir()
        raise


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder and its parents; those that were made, innermost first."""
    missing = []
    here = folder
    while not here.exists():
        missing.append(here)
        here = here.parent
    if not here.is_dir():
        right = "name a folder"
        raise InputError(Problem(str(here), 0, "", "is a file, not a folder", right))
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def write_over(path: Path, text: str) -> None:
    """Replace a file in one step, keeping its byte order mark and line ends."""
    raw = path.read_bytes()
    if b"\r\n" in raw:
        text = text.replace("\n", "\r\n")
    if raw.startswith(b"\xef\xbb\xbf"):
        text = "\ufeff" + text
    target = path.resolve()  # a link stays a link
    with _beside(target, text) as temporary:
        with suppress(OSError):
            temporary.chmod(target.stat().st_mode)
        os.replace(temporary, target)  # noqa: PTH105


@contextmanager
def _beside(path: Path, text: str) -> Iterator[Path]:
    """A finished temporary file in the same folder; gone afterwards if it was not moved."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            temporary.chmod(0o644)
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
