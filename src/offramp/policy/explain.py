"""The table as a readable document and a pocket card: one tree each, to web page and PDF.

Texts are the policy's own, in the language asked for where it has them; what it lacks is shown in
its first language, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from offramp.documents.html import render_html
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Definitions,
    Document,
    Heading,
    Paper,
    Paragraph,
    Table,
    Wide,
    Words,
)
from offramp.policy.decide import name_of, said
from offramp.policy.faults import conditions_in_words
from offramp.policy.read import PolicyFiles
from offramp.policy.table import Row, Texts
from offramp.policy.table import Table as PolicyTable
from offramp.policy.words import words


def explained(files: PolicyFiles, table: PolicyTable, language: str) -> dict[str, bytes]:
    """File name -> content: the policy and its card, each as web page and PDF."""
    from offramp.documents.pdf import render_pdf

    policy, card = policy_document(files, table, language), card_document(table, language)
    return {
        "policy.html": render_html(policy).encode("utf-8"),
        "policy.pdf": render_pdf(policy),
        "card.html": render_html(card).encode("utf-8"),
        "card.pdf": render_pdf(card),
    }


def policy_document(files: PolicyFiles, table: PolicyTable, language: str) -> Document:
    """The whole policy: rules as a table, rule by rule, clauses, thresholds."""
    fixed = words(language).fixed
    title = said(table.title, table, language) or fixed["policy_title"]
    blocks: list[Block] = [
        *_notes(table, language),
        Heading(fixed["how_title"]),
        Paragraph(fixed["how"]),
        Heading(fixed["basis_title"]),
        Definitions(tuple(_clauses(files, table, language))),
    ]
    if table.thresholds:
        blocks += [Heading(fixed["threshold_title"]), _thresholds(table, language)]
    blocks += [
        Wide((Heading(fixed["rules_title"]), _rules_table(table, language))),
        Heading(fixed["detail_title"]),
    ]
    for row in table.rows:
        blocks += [
            Heading(_sentence(f"{_clause(row, fixed['clause'])}: {row.id}"), 3),
            Definitions(tuple(_details(row, table, language))),
        ]
    if files.policy.source:
        lines = [" ".join(filter(None, (s.citation, s.url))) for s in files.policy.source]
        blocks += [Heading(fixed["sources_title"]), Bullets(tuple(lines))]
    return _document(table, language, title, blocks)


def card_document(table: PolicyTable, language: str) -> Document:
    """What an officer carries: for each rule when, what, limits and what to say."""
    fixed = words(language).fixed
    blocks: list[Block] = [Paragraph(fixed["help_first"], style="lead")]
    # Rules that follow each other and ask the same stand under one heading.
    for when, rows in groupby(table.rows, key=lambda row: row.when):
        lines: list[str] = []
        spoken: list[str] = []
        for row in rows:
            lines += [name_of(offer, table, language) for offer in row.offers]
            lines += [text for text in (said(row.limit, table, language),) if text]
            spoken += [text for text in (said(row.say, table, language),) if text]
        blocks.append(Heading(_sentence(conditions_in_words(when, language))))
        blocks.append(Bullets(tuple(lines)))
        if spoken:
            blocks.append(Paragraph(f"{fixed['say']}: {' '.join(spoken)}", style="small"))
    blocks += [Paragraph(fixed["otherwise"]), *_notes(table, language, notice=False)]
    return _document(table, language, fixed["card_title"], blocks, paper="a6")


def _document(
    table: PolicyTable, language: str, title: str, blocks: list[Block], paper: Paper = "a4"
) -> Document:
    fixed = words(language).fixed
    ends = table.effective_to.isoformat() if table.effective_to else fixed["open_end"]
    line = fixed["version_line"].format(
        version=table.version, start=table.effective_from.isoformat(), end=ends
    )
    return Document(
        title=title,
        subtitle=table.agency,
        blocks=tuple(blocks),
        language=language,
        running=f"{table.agency} · {table.version}",
        notice=said(table.notice, table, language),
        date_line=line,
        paper=paper,
        words=_page_words(language),
    )


def _page_words(language: str) -> Words:
    fixed = words(language).fixed
    named = {
        name: fixed[f"page_{name}"]
        for name in Words.__dataclass_fields__
        if f"page_{name}" in fixed
    }
    return Words(**named)


def _notes(table: PolicyTable, language: str, *, notice: bool = True) -> Iterator[Block]:
    fixed = words(language).fixed
    lines = [fixed["signed"].format(who=table.signed_off_by)]
    if language != "en":
        lines.append(fixed["unreviewed_note"])
        if not _named(table, language):
            lines.append(fixed["names_note"])
    if not _whole(table, language):
        lines.append(fixed["english_note"])
    if notice and table.notice:
        lines.insert(0, said(table.notice, table, language))
    yield Callout("note", fixed["notice_title"], (Bullets(tuple(lines)),))


def _named(table: PolicyTable, language: str) -> bool:
    """Whether every option has a name in a language."""
    return all(language in offer.names for row in table.rows for offer in row.offers)


def _whole(table: PolicyTable, language: str) -> bool:
    """Whether every text of the policy exists in a language."""
    texts: list[Texts] = [table.title, table.notice, *table.clauses.values()]
    for row in table.rows:
        texts += [row.limit, row.reason, row.say, row.record, row.name_goes_to]
        texts += [offer.terms for offer in row.offers]
    return all(language in text for text in texts if text)


def _rules_table(table: PolicyTable, language: str) -> Table:
    fixed = words(language).fixed
    rows = tuple(
        (
            f"{row.id}\n{_clause(row, fixed['clause'])}",
            _sentence(conditions_in_words(row.when, language)),
            "\n".join(name_of(offer, table, language) for offer in row.offers) or "–",
            said(row.limit, table, language) or "–",
            said(row.name_goes_to, table, language) or "–",
        )
        for row in table.rows
    )
    columns = (
        Column(fixed["rule_head"], width=3),
        Column(fixed["when_head"], width=4),
        Column(fixed["offer_head"], width=3),
        Column(fixed["limit_head"], width=4),
        Column(fixed["name"], width=3),
    )
    return Table(fixed["rules_caption"], columns, rows, cards=True, dense=True)


def _details(row: Row, table: PolicyTable, language: str) -> Iterator[tuple[str, str]]:
    fixed = words(language).fixed
    yield fixed["when_head"], _sentence(conditions_in_words(row.when, language))
    offers = [
        name_of(offer, table, language)
        + (f" ({terms})" if (terms := said(offer.terms, table, language)) else "")
        for offer in row.offers
    ]
    for label, text in (
        (fixed["offer_head"], "; ".join(offers)),
        (fixed["limit_head"], said(row.limit, table, language)),
        (fixed["why"], said(row.reason, table, language)),
        (fixed["say"], said(row.say, table, language)),
        (fixed["record"], said(row.record, table, language)),
        (fixed["name"], said(row.name_goes_to, table, language)),
    ):
        if text:
            yield label, text


def _clauses(files: PolicyFiles, table: PolicyTable, language: str) -> Iterator[tuple[str, str]]:
    fixed = words(language).fixed
    for clause in files.policy.clauses:
        text = said(table.clauses[clause.id], table, language)
        dated = fixed["dated"].format(date=clause.on) if clause.on else ""
        rests = ", ".join(filter(None, (clause.citation, dated, clause.url)))
        yield _sentence(f"{fixed['clause']} {clause.id}"), f"{text} ({rests})" if rests else text


def _thresholds(table: PolicyTable, language: str) -> Table:
    said_words = words(language)
    fixed = said_words.fixed
    return Table(
        fixed["threshold_caption"],
        (Column(fixed["threshold_found"], width=3), Column(fixed["threshold_amount"])),
        tuple(
            (_sentence(said_words.facts["found"].values[found]), one.shown)
            for found, one in table.thresholds.items()
        ),
    )


def _clause(row: Row, word: str) -> str:
    return f"{word} {row.clause}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
