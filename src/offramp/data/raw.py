"""Files as they come: plain, xz, gzip or zip; any usual delimiter and encoding; CSV or JSON.

`sources` lists the files behind what the user named; `chunks` yields their rows as text in
frames of at most CHUNK rows, so that memory does not grow with the file. A file that is empty,
cut short, torn (rows with too many or too few fields) or not in a known encoding raises
InputError with every row at fault.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import lzma
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from offramp.catalogue.problems import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 200_000
BLOCK = 1 << 20
MOST_LISTED = 50
DELIMITERS = (",", ";", "\t", "|")
ENDINGS = (".csv", ".tsv", ".txt", ".json")
PACKED = (".xz", ".gz")


@dataclass(frozen=True)
class Source:
    """One file, or one member of a zip. shown: as messages name it; name: without packing."""

    path: Path
    shown: str
    name: str
    member: str | None = None

    def open(self) -> IO[bytes]:
        if self.member is not None:
            return zipfile.ZipFile(self.path).open(self.member)
        with self.path.open("rb") as file:
            start = file.read(6)
        if start.startswith(b"\xfd7zXZ"):
            return cast(IO[bytes], lzma.open(self.path, "rb"))
        if start.startswith(b"\x1f\x8b"):
            return cast(IO[bytes], gzip.open(self.path, "rb"))
        return self.path.open("rb")

    @property
    def is_json(self) -> bool:
        return self.name.lower().endswith(".json")


def sources(given: Sequence[Path]) -> list[Source]:
    """The files behind paths: files as they are, folders and zips with all they hold.

    Raises InputError: a path that does not exist, a folder or zip without a data file."""
    found: list[Source] = []
    problems: list[Problem] = []
    for path in given:
        locked = _locked(path)
        if locked:
            problems.append(_problem(str(path), f"cannot be read: {locked}", "check its rights"))
        elif path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and _is_data(p.name)]
            for file in inside:
                if why := _locked(file):
                    right = "check its rights"
                    problems.append(_problem(str(file), f"cannot be read: {why}", right))
            found += [Source(p, str(p), _plain(p.name)) for p in inside]
            if not inside:
                problems.append(_problem(str(path), "holds no data file", f"one of {_listed()}"))
        elif not path.exists():
            problems.append(_problem(str(path), "does not exist", "check the path"))
        elif zipfile.is_zipfile(path) and not path.name.lower().endswith(".xlsx"):
            with zipfile.ZipFile(path) as pack:
                members = [m for m in sorted(pack.namelist()) if _is_data(m)]
                secret = any(info.flag_bits & 1 for info in pack.infolist())
            if secret:
                right = "unpack it first"
                problems.append(_problem(str(path), "is closed with a password", right))
                continue
            found += [Source(path, f"{path}/{m}", Path(m).name, m) for m in members]
            if not members:
                problems.append(_problem(str(path), "holds no data file", f"one of {_listed()}"))
        elif path.suffix.lower() in (".xlsx", ".xls", ".ods"):
            problems.append(
                _problem(str(path), "is a workbook", "save the sheet as CSV (UTF-8) and name that")
            )
        else:
            found.append(Source(path, str(path), _plain(path.name)))
    if problems:
        raise InputError(problems)
    return found


def _locked(path: Path) -> str | None:
    """Why a path that exists may not be read, in the system's words; None when it may."""
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        elif path.exists():
            path.open("rb").close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def _is_data(name: str) -> bool:
    plain = _plain(name).lower()
    return plain.endswith(ENDINGS) and not plain.endswith(("license.txt", "readme.txt"))


def _plain(name: str) -> str:
    return Path(name).stem if name.lower().endswith(PACKED) else name


def _listed() -> str:
    return ", ".join(ENDINGS) + ", also packed as .xz, .gz or .zip"


def _problem(file: str, problem: str, right: str, line: int = 0, field: str = "") -> Problem:
    return Problem(file, line, field, problem, right)


def fingerprint(source: Source) -> str:
    """sha256 of what the file holds, whatever it is packed in."""
    digest = hashlib.sha256()
    with torn_is_told(source), source.open() as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


class torn_is_told:  # noqa: N801  (reads as a sentence in a with statement)
    """Turn what a broken pack raises into a problem of the file."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        broken = (EOFError, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile)
        if isinstance(error, broken):
            raise InputError(
                _problem(
                    self.source.shown,
                    "is cut short or damaged: it cannot be unpacked",
                    "fetch it again",
                )
            ) from None


@dataclass(frozen=True)
class Header:
    """What the first line says. delimiter: "" for JSON."""

    columns: tuple[str, ...]
    delimiter: str
    encoding: str


def header_of(source: Source, encodings: Sequence[str] = ("utf-8", "cp1252")) -> Header:
    """The columns of a delimited file. Raises InputError: empty, not text, columns twice."""
    with torn_is_told(source), source.open() as file:
        start = file.read(1 << 16)
    encoding = _encoding(source, start, encodings)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    lines = text.splitlines()
    if not text.strip():
        raise InputError(_problem(source.shown, "is empty", "it must have a line of column names"))
    best: list[str] = []
    chosen = ","
    for delimiter in DELIMITERS:
        names = next(csv.reader([lines[0]], delimiter=delimiter))
        if len(names) > len(best):
            best, chosen = names, delimiter
    twice = sorted({name for name in best if best.count(name) > 1 and name.strip()})
    if twice:
        raise InputError(
            _problem(source.shown, f"has the column '{twice[0]}' twice", "keep one", 1, twice[0])
        )
    return Header(tuple(best), chosen, encoding)


def _encoding(source: Source, start: bytes, encodings: Sequence[str]) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        raise InputError(_problem(source.shown, "is not a text file", "it must be CSV or JSON"))
    for encoding in ("utf-8-sig" if e == "utf-8" else e for e in encodings):
        try:
            codecs.getincrementaldecoder(encoding)().decode(start)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8-sig"


class _Counted(io.RawIOBase):
    """Bytes that pass are counted, which tells torn rows at no cost where nothing is quoted."""

    def __init__(self, inner: IO[bytes], delimiter: str) -> None:
        self.inner, self.delimiter = inner, delimiter.encode()
        self.lines = self.fields = self.quotes = 0
        self.last = b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self.inner.read(len(buffer))
        buffer[: len(block)] = block
        self.lines += block.count(b"\n")
        self.fields += block.count(self.delimiter)
        self.quotes += block.count(b'"')
        self.last = block[-1:] or self.last
        return len(block)

    def whole(self, columns: int) -> bool:
        """True when every row has as many fields as there are columns, for certain."""
        lines = self.lines + (self.last != b"\n")
        return self.quotes == 0 and self.fields == (columns - 1) * lines


def chunks(
    source: Source, header: Header, used: Sequence[str] | None, encodings: Sequence[str]
) -> Iterator[pd.DataFrame]:
    """Rows as categories of text, at most CHUNK at a time; the index is the line in the file.

    used: columns to keep (None: all). Raises InputError, perhaps after some chunks: torn rows,
    an encoding that does not hold. Nothing is stored before the last chunk has been read."""
    import pandas as pd

    keep = None if used is None else [c for c in header.columns if c in set(used)]
    encoding = header.encoding
    if len(encodings) > 1 and encoding != "utf-16":
        encoding = _whole_encoding(source, encodings)
    with torn_is_told(source), source.open() as file:
        counted = _Counted(file, header.delimiter)
        text = io.TextIOWrapper(io.BufferedReader(counted, BLOCK), encoding=encoding, newline="")
        try:
            frames = pd.read_csv(
                text,
                sep=header.delimiter,
                dtype=str,  # pandas would read categories of digits as numbers: "01" as 1
                usecols=keep,
                na_filter=False,
                keep_default_na=False,
                chunksize=CHUNK,
                skip_blank_lines=True,
                index_col=False,
            )
            for frame in frames:
                frame.index += 2  # line 1 holds the names
                yield frame.astype("category")
        except UnicodeDecodeError as error:
            raise InputError(_not_text(source, encoding)) from error
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            raise InputError(_torn_rows(source, header, encoding)) from None
    if encoding != "utf-16" and not counted.whole(len(header.columns)):
        torn = _torn_rows(source, header, encoding)
        if torn:
            raise InputError(torn)


def _whole_encoding(source: Source, encodings: Sequence[str]) -> str:
    """The first encoding that the whole file bears."""
    for encoding in encodings:
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with torn_is_told(source), source.open() as file:
                while block := file.read(BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    return "utf-8-sig"


def _not_text(source: Source, encoding: str) -> list[Problem]:
    problems = []
    with source.open() as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                right = 'save it as UTF-8, or say encoding = ["cp1252"] in a mapping file'
                problems.append(_problem(source.shown, f"is not {encoding[:5]}", right, number))
                if len(problems) == MOST_LISTED:
                    break
    return problems


def _torn_rows(source: Source, header: Header, encoding: str) -> list[Problem]:
    """Every row with another number of fields than the header."""
    wanted = len(header.columns)
    problems: list[Problem] = []
    more = 0
    with source.open() as file:
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        rows = csv.reader(text, delimiter=header.delimiter)
        number = 0
        try:
            for row in rows:
                number = rows.line_num
                if len(row) not in (wanted, 0):
                    if len(problems) < MOST_LISTED:
                        what = f"has {len(row)} of {wanted} fields"
                        problems.append(_problem(source.shown, what, "", number))
                    more += 1
        except csv.Error as error:
            problems.append(_problem(source.shown, f"cannot be read: {error}", "", number + 1))
    if number <= 1 and not problems:
        problems.append(_problem(source.shown, "has no rows", "a line of names and rows"))
    if problems:
        last = problems[-1]
        right = "the file may be cut short" if last.line == number else "check quotes and commas"
        problems[-1] = Problem(last.file, last.line, last.field, last.problem, right)
    if more > MOST_LISTED:
        problems.append(_problem(source.shown, f"{more - MOST_LISTED} more torn rows", ""))
    return problems


def text_before(source: Source, marker: str, encodings: Sequence[str]) -> tuple[str, list[str]]:
    """A small file cut at the first line that is `marker`: the table, and the lines after it."""
    encoding = _whole_encoding(source, encodings)
    with torn_is_told(source), source.open() as file:
        text = file.read().decode(encoding, "replace")
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if line.strip().strip('"') == marker), None)
    if at is None:
        right = "save the whole text as WONDER gives it: what was counted stands there"
        raise InputError(
            _problem(source.shown, f"ends without the lines after '{marker}'", right, len(lines))
        )
    return "\n".join(lines[:at]) + "\n", lines[at + 1 :]


def text_chunks(text: str, delimiter: str, used: Sequence[str]) -> Iterator[pd.DataFrame]:
    """The same frames from text that is already in memory."""
    import pandas as pd

    frame = pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, na_filter=False)
    frame = frame.astype("category")
    frame.index += 2
    yield frame[[column for column in frame.columns if column in set(used)]]
