"""For translators: hand out what is not translated, take it back, say how far it is.

    python scripts/translate.py status
    python scripts/translate.py export --lang es [--domain options] [--part 1/4] out.json
    python scripts/translate.py import --lang es out.json
    python scripts/translate.py compile

How it works: docs/languages.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offramp.catalogue.words import words_of
from offramp.guide.translations import TRANSLATED, faults
from offramp.languages import extract, po
from offramp.languages.extract import Message
from offramp.languages.toml_texts import DOMAINS

FORMS = {"es": 2, "pt": 2, "ru": 3}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    jobs = parser.add_subparsers(dest="job", required=True)
    out = jobs.add_parser("export", help="write what is not translated, or out of date")
    out.add_argument("file", type=Path)
    out.add_argument("--lang", required=True, choices=TRANSLATED)
    out.add_argument("--domain", action="append", choices=DOMAINS, help="may be given again")
    out.add_argument("--part", default="1/1", help="N/M: whole files, the same ones every time")
    out.add_argument("--words", type=int, default=0, help="stop after so many words")
    back = jobs.add_parser("import", help="check translations and merge them")
    back.add_argument("file", type=Path)
    back.add_argument("--lang", required=True, choices=TRANSLATED)
    jobs.add_parser("status", help="how many messages and words are left")
    jobs.add_parser("compile", help="hold all .po files against the sources and compile them")
    given = parser.parse_args()
    if given.job == "export":
        return _export(
            given.file, given.lang, given.domain or list(DOMAINS), given.part, given.words
        )
    if given.job == "import":
        return _import(given.file, given.lang)
    return _status() if given.job == "status" else _compile()


def _id(message: Message) -> str:
    return hashlib.sha256(f"{message.context}\0{message.text}".encode()).hexdigest()[:12]


def _file_of(message: Message) -> str:
    return message.where or message.context


def _same(message: Message) -> tuple[str, str, str]:
    """Messages that read alike in the same field are translated once: "None found."."""
    return message.domain, message.context.rpartition(":")[2], message.text


def _export(file: Path, code: str, domains: list[str], part: str, most: int) -> int:
    number, of = (int(one) for one in part.split("/"))
    sources = extract.messages()
    rows: list[dict[str, Any]] = []
    words = 0
    seen: set[tuple[str, str, str]] = set()
    for domain in DOMAINS:
        if domain not in domains:
            continue
        catalog = po.update(po.read(code, domain), code, domain, sources)
        known = {po.key(one): one for one in catalog if one.id}
        for message in sources:
            if message.domain != domain or po.is_done(known[message.key]):
                continue
            if zlib.crc32(_file_of(message).encode()) % of != number - 1:
                continue
            if _same(message) in seen:
                continue
            if most and words >= most:
                break
            seen.add(_same(message))
            words += len(message.text.split())
            row = {"id": _id(message), "context": message.context or message.where}
            row["text"] = message.text
            if message.plural:
                row |= {"plural": message.plural, "forms": FORMS[code]}
            if (held := known[message.key]).fuzzy:
                row |= {"changed_from": (held.previous_id or [""])[0], "before": held.string}
            rows.append(row)
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{file}: {len(rows)} messages, {words} words.")
    return 0


def _import(file: Path, code: str) -> int:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{file}: cannot be read as JSON: {error}", file=sys.stderr)
        return 1
    if isinstance(rows, dict):  # id -> translation
        rows = [{"id": one, "translation": said} for one, said in rows.items()]
    if not isinstance(rows, list):
        right = 'an object {"id": "translation"} or a list of {"id": ..., "translation": ...}'
        print(f"{file}: must hold {right}", file=sys.stderr)
        return 1
    with _alone(code):
        sources = extract.messages()
        by_id = {_id(message): message for message in sources}
        taken, complaints, left = _checked(rows, by_id, code)
        alike: dict[tuple[str, str, str], list[Message]] = {}
        for message in sources:
            alike.setdefault(_same(message), []).append(message)
        for domain in {message.domain for message, _ in taken}:
            catalog = po.update(po.read(code, domain), code, domain, sources)
            known = {po.key(one): one for one in catalog if one.id}
            for message, said in taken:
                if message.domain != domain:
                    continue
                for one in alike[_same(message)]:
                    held = known[one.key]
                    if one is message or not po.is_done(held):
                        held.string, held.previous_id = said, []
                        held.flags.discard("fuzzy")
            po.write(catalog, code, domain)
    for line in complaints:
        print(f"{file.name}: {line}", file=sys.stderr)
    print(f"{len(taken)} taken, {len(complaints)} faults, {left} left empty.")
    return 1 if complaints else 0


Taken = tuple[Message, str | tuple[str, ...]]


def _checked(
    rows: list[Any], by_id: dict[str, Message], code: str
) -> tuple[list[Taken], list[str], int]:
    """What can be taken, what is wrong with the rest, and how many rows are still empty."""
    words = words_of(code)
    taken: list[Taken] = []
    complaints: list[str] = []
    left = 0
    for position, row in enumerate(rows, 1):
        name = row.get("id") if isinstance(row, dict) else None
        message = by_id.get(str(name))
        at = f"entry {position} ({name})"
        if message is None:
            complaints.append(f"{at}: no such message now; export again")
            continue
        said = row.get("translation") or ""
        if not said:
            left += 1
            continue
        forms = [said] if isinstance(said, str) else list(said)
        wanted = FORMS[code] if message.plural else 1
        if len(forms) != wanted or not all(isinstance(one, str) for one in forms):
            complaints.append(f"{at}: give {wanted} text{'s in a list' if wanted > 1 else ''}")
            continue
        wrong = [
            fault
            for index, one in enumerate(forms)
            for fault in faults(
                message.plural if index and message.plural else message.text, one, words
            )
            if not (fault.startswith("lacks the number") and (row.get("checked") or message.plural))
        ]
        if wrong:
            complaints += [f"{at}, {message.context or message.where}: {one}" for one in wrong]
        else:
            taken.append((message, tuple(forms) if message.plural else forms[0]))
    return taken, complaints, left


def _status() -> int:
    sources = extract.messages()
    for code in TRANSLATED:
        for domain in DOMAINS:
            catalog = po.update(po.read(code, domain), code, domain, sources)
            all_ = [one for one in catalog if one.id]
            open_ = [one for one in all_ if not po.is_done(one)]
            words = sum(len(po.text_of(one).split()) for one in open_)
            print(f"{code} {domain:<11} {len(all_) - len(open_):>5} of {len(all_):>5}, "
                  f"{words:>6} words left")  # fmt: skip
    return 0


def _compile() -> int:
    sources = extract.messages()
    for code in TRANSLATED:
        with _alone(code):
            for domain in DOMAINS:
                po.write(po.update(po.read(code, domain), code, domain, sources), code, domain)
    print("All .po files are up to date with the sources, and compiled.")
    return 0


@contextmanager
def _alone(code: str) -> Iterator[None]:
    """Wait until nobody else writes this language."""
    import fcntl

    folder = hashlib.sha256(str(po.FOLDER).encode()).hexdigest()[:8]
    lock = Path(tempfile.gettempdir()) / f"offramp-translate-{folder}-{code}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
