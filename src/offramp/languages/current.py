"""The language that is spoken now, and the words of the program in it.

    use("es"); _("not known"); _("By day {day}: {do}", day=18, do=text)
    n_("{count} option", "{count} options", count)
    p_("after a number", "hours")                       # with a context
    FAMILIES = {"fairness": N_("Fairness")}             # marked here, translated by _() later

What is not translated, or whose English has changed since, reads in English.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAM = "program"  # the domain of the words in Python code


@dataclass(frozen=True)
class Language:
    """code: what the user types; tag: as pages and documents name it; locale: of Babel."""

    code: str
    name: str
    tag: str
    locale: str


LANGUAGES: dict[str, Language] = {
    one.code: one
    for one in (
        Language("en", "English", "en-GB", "en_GB"),
        Language("es", "español", "es-419", "es_419"),
        Language("pt", "português", "pt-BR", "pt_BR"),
        Language("ru", "русский", "ru", "ru"),
    )
}
ENGLISH = LANGUAGES["en"]
_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


class UnknownLanguageError(ValueError):
    """`code` is no language that we have."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f'"{code}" is not a language; it must be one of {", ".join(LANGUAGES)}')


def language() -> Language:
    """The language that is spoken now."""
    return _current.get()


def use(code: str) -> Language:
    """Speak this language from now on: `pt`, or a tag, `pt-BR`. Raises UnknownLanguageError."""
    plain = code.lower().replace("_", "-").partition("-")[0]
    if plain not in LANGUAGES:
        raise UnknownLanguageError(code)
    _current.set(LANGUAGES[plain])
    return LANGUAGES[plain]


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Speak a language for the length of a `with` block."""
    if code not in LANGUAGES:
        raise UnknownLanguageError(code)
    token = _current.set(LANGUAGES[code])
    try:
        yield LANGUAGES[code]
    finally:
        _current.reset(token)


@cache
def translations(code: str, domain: str) -> gettext.NullTranslations:
    """The compiled translations of one domain; empty where there are none."""
    try:
        with (FOLDER / code / f"{domain}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        return gettext.NullTranslations()


def _program() -> gettext.NullTranslations:
    return translations(_current.get().code, PROGRAM)


def _(text: str, /, **fields: object) -> str:
    """`text` in the current language, its {fields} filled if any are given."""
    said = _program().gettext(text) if text else ""
    return said.format(**fields) if fields else said


def p_(context: str, text: str, /, **fields: object) -> str:
    """`text` as it is meant in `context`."""
    said = _program().pgettext(context, text)
    return said.format(**fields) if fields else said


def n_(singular: str, plural: str, count: float, /, **fields: object) -> str:
    """The form for `count`; {count} in it is filled with the number as written here."""
    from offramp.languages.formats import number

    whole = int(count) if count == int(count) else 2  # a fraction takes the form of a few
    said = _program().ngettext(singular, plural, whole)
    return said.format(**{"count": number(count, 0 if count == int(count) else 1), **fields})


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for translation; `_` translates it where it is shown."""
    return text
