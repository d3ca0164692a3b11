"""The translations as files: `.po` for people, `.mo` for the program (for developers).

`update` holds a language's catalogue against what stands in the sources now. A text that changed
keeps its old translation, marked fuzzy: it is not compiled, so English is shown until somebody
has looked. What is no longer needed is kept as obsolete and comes back if the text does.
"""

from __future__ import annotations

import difflib
import gettext
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from offramp.languages import extract
from offramp.languages.current import FOLDER, LANGUAGES

ALIKE = 0.55  # from here on a changed text keeps its old translation, to be looked at
_NO_DATE = datetime(2026, 11, 25, tzinfo=UTC)  # files change only where texts do


def path(code: str, domain: str, folder: Path = FOLDER) -> Path:
    return folder / code / f"{domain}.po"


def read(code: str, domain: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of a language and domain; an empty one where there is no file."""
    file = path(code, domain, folder)
    if not file.exists():
        return _empty(code, domain)
    with file.open("rb") as opened:
        return read_po(opened, locale=LANGUAGES[code].locale, domain=domain)


def _empty(code: str, domain: str) -> Catalog:
    return Catalog(
        locale=LANGUAGES[code].locale,
        domain=domain,
        project="Offramp",
        version="1",
        copyright_holder="the Offramp authors",
        msgid_bugs_address="see README.md",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        last_translator="not yet reviewed by a native speaker",
        language_team=LANGUAGES[code].name,
        header_comment=f"# {LANGUAGES[code].name}: {domain}. Written by scripts/translate.py.",
        fuzzy=False,
    )


def update(old: Catalog, code: str, domain: str, sources: Iterable[extract.Message]) -> Catalog:
    """The catalogue with the messages that the sources hold now, in their order."""
    new = _empty(code, domain)
    known = {key(message): message for message in old if message.id}
    known_before = {key(message): message for message in old.obsolete.values()}
    wanted = [message for message in sources if message.domain == domain]
    keys = {message.key for message in wanted}
    gone: dict[str, list[Message]] = defaultdict(list)
    for one, message in known.items():
        if one not in keys and any(strings(message)):
            gone[one[0]].append(message)
    used: set[tuple[str, str]] = set()
    for source in wanted:
        held = known.get(source.key) or known_before.get(source.key)
        kept = new.add(
            (source.text, source.plural) if source.plural else source.text,
            context=source.context or None,
            locations=[(source.where, 0)],
        )
        if held is not None and _shape(held) == _shape(kept):
            kept.string, kept.previous_id = held.string, held.previous_id
            kept.flags |= held.flags & {"fuzzy"}
        elif not source.plural and (near := _nearest(source.text, gone.get(source.context, []))):
            kept.string, kept.previous_id = near.string, [text_of(near)]
            kept.flags.add("fuzzy")
            used.add(key(near))
    for one, message in {**known_before, **known}.items():
        if one not in keys and one not in used and any(strings(message)):
            text = text_of(message)
            new.obsolete[(text, message.context) if message.context else text] = message
    return new


def _nearest(text: str, among: list[Message]) -> Message | None:
    scored = [
        (difflib.SequenceMatcher(None, text_of(one), text).ratio(), index)
        for index, one in enumerate(among)
        if isinstance(one.id, str)
    ]
    best = max(scored, default=(0.0, 0))
    return among[best[1]] if best[0] >= ALIKE else None


def key(message: Message) -> tuple[str, str]:
    """Context and English text: what a message is known by."""
    return message.context or "", text_of(message)


def text_of(message: Message) -> str:
    """The English text; the singular where there are two forms."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def strings(message: Message) -> tuple[str, ...]:
    """The translation, in all its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _shape(message: Message) -> bool:
    return isinstance(message.id, (list, tuple))


def is_done(message: Message) -> bool:
    """Is it translated, and is the translation of the text as it stands now?"""
    return not message.fuzzy and bool(strings(message)) and all(strings(message))


def as_po(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, include_previous=True)
    return out.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """Only what is translated: Babel would fill untranslated plural forms with English."""
    done = Catalog(locale=catalog.locale, domain=catalog.domain, fuzzy=False)
    done.creation_date = done.revision_date = _NO_DATE
    for message in catalog:
        if message.id and is_done(message):
            done.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, done)
    return out.getvalue()


def write(catalog: Catalog, code: str, domain: str, folder: Path = FOLDER) -> None:
    """Both files, each whole or as it was."""
    for suffix, content in ((".po", as_po(catalog)), (".mo", as_mo(catalog))):
        file = path(code, domain, folder).with_suffix(suffix)
        if file.exists() and file.read_bytes() == content:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        waiting = file.with_name(f".{file.name}.new")
        waiting.write_bytes(content)
        waiting.replace(file)


def compiled_from(catalog: Catalog) -> dict[str, str]:
    """What the compiled file of this catalogue must hold."""
    return _held(io.BytesIO(as_mo(catalog)))


def compiled(code: str, domain: str, folder: Path = FOLDER) -> dict[str, str]:
    """What the compiled file holds; nothing where there is none."""
    file = path(code, domain, folder).with_suffix(".mo")
    return _held(io.BytesIO(file.read_bytes())) if file.exists() else {}


def _held(file: io.BytesIO) -> dict[str, str]:
    found = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {str(one): said for one, said in found.items() if one}
