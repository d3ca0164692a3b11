"""The short guide: at most sixteen pages that anyone can open and hand on. No place is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.catalogue.prose import References, fill
from offramp.catalogue.schema import Example, Option
from offramp.catalogue.toml_file import check_part, read
from offramp.documents.furniture import document_words
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Definitions,
    Document,
    Emphasis,
    Heading,
    Link,
    Numbered,
    Paper,
    Paragraph,
    Plain,
    Run,
    Strong,
    Text,
)
from offramp.guide.notices import notices
from offramp.guide.words import CERTAINTY, COSTS_SHORT, FAMILIES, HURDLES, OUTCOMES, RANGE
from offramp.languages import _, language
from offramp.languages.toml_texts import in_language

MOST_PAGES = 16
LEAST_DETAIL = 3
_PAGE = re.compile(rb"/Type\s*/Page\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_])")
Said = Annotated[str, Field(min_length=3)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outcome(_Words):
    name: Said
    says: Said


class First(_Words):
    option: Said
    says: Said


class ShortWords(_Words):
    title: Said
    subtitle: Said
    why_head: Said
    why: list[Said]
    outcomes_head: Said
    outcomes: list[Outcome]
    sure: Said
    words_head: Said
    words: list[Said]
    options_head: Said
    options_lead: Said
    five_head: Said
    five_lead: Said
    five: list[First]
    wrong_head: Said
    wrong: list[Said]
    next_head: Said
    next: list[Said]
    about: Said


def short_words() -> ShortWords:
    """The texts of the short guide in the language spoken now."""
    return _short_words(language().code)


@cache
def _short_words(_language: str) -> ShortWords:
    file = read(Path(__file__).with_name("short.toml"), "guide/short.toml")
    return check_part(file, ShortWords, in_language(file.data, "guide/short"), ())


@dataclass(frozen=True)
class _Made:
    """What the parts are made from. detail: 0 says most; each step above it says less."""

    catalogue: Catalogue
    references: References
    detail: int


def short_pdf(catalogue: Catalogue, paper: Paper = "a4") -> bytes:
    """The guide with as much detail as sixteen pages hold."""
    for detail in range(LEAST_DETAIL + 1):
        made = render_pdf(short_document(catalogue, paper, detail))
        if pages(made) <= MOST_PAGES:
            break
    return made


def pages(pdf: bytes) -> int:
    """How many pages a PDF has that Typst made."""
    return len(_PAGE.findall(pdf))


def short_document(catalogue: Catalogue, paper: Paper = "a4", detail: int = 0) -> Document:
    """The guide as a document. detail: 0 says most."""
    words = short_words()
    made = _Made(catalogue, References(), detail)
    blocks: list[Block] = [
        Heading(words.why_head),
        *(Paragraph(_filled(made, text)) for text in words.why),
        Heading(words.outcomes_head),
        Definitions(tuple((one.name, one.says) for one in words.outcomes)),
        Paragraph(words.sure),
        Callout("note", words.words_head, (Bullets(tuple(words.words)),)),
        Heading(words.five_head),
        Paragraph(words.five_lead),
        Numbered(tuple(_five(made, one) for one in words.five)),
        Heading(words.options_head),
        Paragraph(words.options_lead),
        *_options(made),
        Heading(words.wrong_head),
        Bullets(tuple(words.wrong)),
        Heading(words.next_head),
        Numbered(tuple(words.next)),
        *_sources(made),
        Paragraph(words.about, "small"),
    ]
    return Document(
        title=words.title,
        subtitle=words.subtitle,
        blocks=tuple(blocks),
        language=language().tag,
        running=f"Offramp {__version__} · {words.subtitle}",
        notice=" ".join(notices()),
        paper=paper,
        words=document_words(),
    )


def _filled(made: _Made, text: str) -> Text:
    """Prose with its findings; reference marks small."""
    return fill(text, made.catalogue, made.references.cite)


def _five(made: _Made, one: First) -> Text:
    name = made.catalogue.options[one.option].name
    return (Strong(name + ". "), Plain(one.says))


def _options(made: _Made) -> Iterator[Block]:
    for family, head in FAMILIES.items():
        found = [one for one in made.catalogue.candidates.values() if one.family == family]
        if not found:
            continue
        yield Heading(_(head), 3)
        for option in sorted(found, key=lambda one: one.id):
            yield from _entry(made, option)


def _entry(made: _Made, option: Option) -> Iterator[Block]:
    """An option in three lines, what can go wrong, and an example."""
    yield Heading(option.name, 4)
    yield Paragraph(option.summary)
    yield Paragraph(f"{_sureness(option)} {_stands(option)}", "small")
    if made.detail < 2:
        harm = first_sentence(option.harms[0].harm)
        if "{" not in harm:
            yield Paragraph((Strong(_("Can go wrong:") + " "), Plain(harm)))
    example = _example(made, option)
    if example is not None:
        yield Paragraph(
            (
                Emphasis(f"{example.place} ({example.country}), {example.years}: "),
                Plain(f"{_did(example, made.detail)} {_mark(made, example)}"),
            )
        )


def _sureness(option: Option) -> str:
    said = []
    for finding in sorted(option.findings, key=lambda one: list(OUTCOMES).index(one.outcome)):
        sure = _("not known") if finding.certainty == "none" else _(CERTAINTY[finding.certainty])
        said.append(f"{_(OUTCOMES[finding.outcome]).lower()}: {sure}")
    return _("How sure: {outcomes}.", outcomes="; ".join(said))


def _stands(option: Option) -> str:
    hurdle = _(HURDLES[option.hurdle]) if option.hurdle else _("not known")
    cost = _(COSTS_SHORT[option.cost_level or "not_known"])
    return _("In the way: {hurdle}. Cost: {cost}.", hurdle=hurdle, cost=cost)


def _example(made: _Made, option: Option) -> Example | None:
    """The first example of the option that still runs, or the first."""
    examples = [made.catalogue.examples[name] for name in option.examples]
    running = [one for one in examples if one.status == "running"]
    return next(iter(running or examples), None)


def _did(example: Example, detail: int) -> str:
    """What was done there; its first sentence where room is short."""
    if detail == 0 and len(example.did) < 260:
        return example.did
    first = first_sentence(example.did)
    longest = (400, 240, 180, 120)[detail]
    return first if len(first) <= longest else first[: longest - 1].rsplit(" ", 1)[0] + " …"


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence."""
    return _SENTENCE.split(text.strip())[0]


def _mark(made: _Made, example: Example) -> str:
    return f"[{made.references.number(example.sources[0])}]"


def _sources(made: _Made) -> list[Block]:
    """Where it is from, small: every number and example."""
    items: list[Text] = []
    for one in made.references.listed:
        said: list[Run] = [Plain(f"[{one.number}] {one.citation} ")]
        if one.link:
            said.append(Link(one.link.removeprefix("https://"), one.link))
        items.append(tuple(said))
    return [
        Heading(_("Sources")),
        Paragraph(_(RANGE), "small"),
        *(Paragraph(item, "small") for item in items),
    ]
