"""Four languages: which one is spoken now, and what a text reads in it.

English stands in the code and the TOML files and is the source. Translations stand in
`<language>/<domain>.po`, compiled to the `.mo` beside them. `current` chooses the language and
translates words of the program, `toml_texts` those of TOML files, `formats` writes numbers and
dates. `extract` and `po` are for developers. This room imports no other.
"""

from offramp.languages.current import (
    LANGUAGES,
    N_,
    Language,
    UnknownLanguageError,
    _,
    language,
    n_,
    p_,
    speaking,
    use,
)
from offramp.languages.formats import date_words, number

__all__ = [
    "LANGUAGES",
    "N_",
    "Language",
    "UnknownLanguageError",
    "_",
    "date_words",
    "language",
    "n_",
    "number",
    "p_",
    "speaking",
    "use",
]
