"""Is every sentence there in every language, with the same placeholders and the right words?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from offramp.catalogue.problems import Problem
from offramp.catalogue.words import Words, named, words_of, wrong_words
from offramp.languages import LANGUAGES
from offramp.languages.toml_texts import DOMAINS, PACKAGE

if TYPE_CHECKING:
    from offramp.languages.extract import Message

TRANSLATED = tuple(code for code in LANGUAGES if code != "en")

_BRACES = re.compile(r"\{[^{}]*\}")
_ADDRESS = re.compile(r"https?://[^\s)\]]+")
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f ]*\d|\d")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
LETTERS_ENOUGH = 25  # a Russian text for an English one this long has Cyrillic letters


def faults(text: str, said: str, words: Words) -> list[str]:
    """What is wrong with `said` as the translation of the English `text`, in plain words."""
    found: list[str] = []
    if not said.strip():
        return ["is empty"]
    if _counted(_BRACES, text) != _counted(_BRACES, said):
        wanted = " ".join(_BRACES.findall(text)) or "none"
        found.append(f"has other placeholders: it must have {wanted}")
    dangerous = any(named(address, words) for address in _ADDRESS.findall(text))
    if _counted(_ADDRESS, text) != _counted(_ADDRESS, said) and not dangerous:
        found.append("has another address: keep addresses as they are")
    if text.count("[") != said.count("[") or text.count("]") != said.count("]"):
        found.append("has another number of [blanks]")
    if text.strip().count("\n\n") != said.strip().count("\n\n"):
        found.append(f"must have {text.strip().count(chr(10) * 2) + 1} paragraphs")
    missing = _numbers(text) - _numbers(said)
    if missing:
        found.append(f"lacks the number {', '.join(sorted(missing))}")
    if words.language == "ru" and not _CYRILLIC.search(said) and _letters(text) > LETTERS_ENOUGH:
        found.append("has no Russian letters")
    elif said.strip() == text.strip() and len(_LETTERS.findall(text)) > 4:
        found.append("is the English text")
    found += [f'holds "{word}"; write: {use}' for word, use in wrong_words(said, words.forbidden)]
    found += [f"names or links {body}, which endangers readers" for body in named(said, words)]
    return found


def _counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(_ADDRESS.sub("", _BRACES.sub("", text)))))


def _numbers(text: str) -> set[str]:
    """The numbers of a text without separators; those of placeholders and addresses left out."""
    bare = _ADDRESS.sub(" ", _BRACES.sub(" ", text))
    return {re.sub(r"\D", "", number) for number in _NUMBER.findall(bare)}


def problems() -> list[Problem]:
    """Everything that is missing, out of date or wrong in the translations."""
    from offramp.languages import extract

    sources = extract.messages()
    found: list[Problem] = []
    for code in TRANSLATED:
        words = words_of(code)
        for domain in DOMAINS:
            wanted = [message for message in sources if message.domain == domain]
            found += _problems_of(code, domain, wanted, words)
    return found


def _problems_of(
    code: str, domain: str, wanted: Sequence[Message], words: Words
) -> Iterator[Problem]:
    from offramp.languages import po

    catalog = po.read(code, domain)
    file = po.path(code, domain).relative_to(PACKAGE).as_posix()
    known = {po.key(message): message for message in catalog if message.id}
    for source in wanted:
        where = source.context or f"{source.where}, line {source.line}"
        held = known.get(source.key)
        short = source.text if len(source.text) <= 50 else source.text[:47] + "..."
        if held is None or not any(po.strings(held)):
            yield Problem(file, 0, where, f'"{short}" is not translated', "translate it")
        elif held.fuzzy:
            yield Problem(
                file,
                0,
                where,
                f'"{short}" has changed since it was translated',
                "translate it again",
            )
        else:
            forms = (source.text, source.plural or source.text)
            for index, said in enumerate(po.strings(held)):
                for fault in faults(forms[min(index, 1)], said, words):
                    yield Problem(file, 0, where, fault, f'the English is "{short}"')
    if po.compiled(code, domain) != po.compiled_from(catalog):
        right = "run scripts/translate.py compile"
        yield Problem(file, 0, "", "does not agree with the compiled file beside it", right)
