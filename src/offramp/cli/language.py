"""The option --lang, as every command takes it that speaks more than English."""

from __future__ import annotations

from typing import Annotated

import typer

LanguageCode = Annotated[
    str, typer.Option("--lang", metavar="en|es|pt|ru", help="Language: English unless you say.")
]


def speak(code: str) -> None:
    """Speak this language from now on. Raises InputError for one that we have not."""
    from offramp.languages import LANGUAGES, UnknownLanguageError, use

    try:
        use(code)
    except UnknownLanguageError as error:
        from offramp.catalogue.problems import InputError, Problem
        from offramp.catalogue.validation_words import nearest

        near = nearest(code, list(LANGUAGES))
        known = ", ".join(f"{one.code} ({one.name})" for one in LANGUAGES.values())
        problem = f'is "{error.code}", which is not a language of Offramp'
        right = (f'did you mean "{near}"? ' if near else "") + f"known: {known}"
        raise InputError(Problem("--lang", 0, "", problem, right)) from None
