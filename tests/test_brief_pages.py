"""What each page of the briefing holds, and what it never holds."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from offramp.brief.citing import Citations
from offramp.brief.columns import evenly, height
from offramp.brief.compose import LEAST_DETAIL, compose
from offramp.brief.effects import main_table
from offramp.brief.facts import Detail, Facts
from offramp.brief.page_one import NOBODY_ASKED, page_one
from offramp.brief.phrases import percent
from offramp.brief.questions import page_two, questions
from offramp.brief.terminal import brief_text
from offramp.catalogue.check_prose import _NOT_A_FINDING
from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.prose import PLACEHOLDER, form_fault, placeholders
from offramp.catalogue.words import read_words, wrong_words
from offramp.documents.html import render_html
from offramp.documents.numbering import flat, texts
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import (
    Block,
    Document,
    Figure,
    Heading,
    Paragraph,
    References,
    Table,
    plain_text,
)
from offramp.languages import _, speaking
from offramp.place.load import load as load_place
from offramp.place.new import Answers, place_text
from tests.brief_sample import SOUTH_WALES, built, south_wales

WORDS = SOUTH_WALES.parents[1] / "src" / "offramp" / "languages" / "en" / "words.toml"
CONFIDENCE = re.compile(r"confidence|trust|rate police", re.IGNORECASE)


@cache
def document() -> Document:
    return compose(*south_wales())


@cache
def pages() -> list[str]:
    return pages_of(document())


def pages_of(made: Document) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(made))).pages]


def everything(made: Document) -> str:
    """All that is ours to word: everything but the titles of sources."""
    blocks = [block for block in flat(made.blocks) if not isinstance(block, References)]
    return "\n".join(plain_text(text) for block in blocks for text in texts(block))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b-]+", "", text)


def new_place(folder: Path, **answers: object) -> Path:
    from datetime import date

    given = Answers(
        name="Somewhere", country=str(answers.get("country", "GB")), residents=80_000.0,
        mainly="both", already=[], asked_residents="", asked_people="",
    )  # fmt: skip
    (folder / "place.toml").write_text(place_text(given, date(2026, 11, 23)), encoding="utf-8")
    return folder


def test_page_one_ends_where_page_two_begins() -> None:
    assert "What we ask you to decide" in pages()[0]
    assert "The questions you will be asked" in pages()[1]
    assert "The questions you will be asked" not in pages()[0]
    assert "How would we know that it fails, and stop?" in pages()[1]
    assert "South Wales (police area) in numbers" in pages()[2]


def test_the_body_ends_on_page_six_at_the_latest() -> None:
    annex = next(n for n, text in enumerate(pages(), 1) if "Annex:" in text)
    assert 4 <= annex <= 7


@pytest.mark.parametrize(
    "said",
    [
        "What we ask you to decide",
        "What you already do",
        "What it costs",
        "What we would still enforce",
        "What we do not know",
        "How old the data are",
        "Who was heard",
        "Nobody who uses drugs was asked.",
        "Officers carry and give naloxone since 2021",
        "Worked example from public data; not by, for or endorsed by South Wales Police.",
        "Nine in ten runs of this model fell in this range; the model itself may be wrong.",
    ],
)
def test_page_one_says(said: str) -> None:
    assert squeezed(said) in squeezed(pages()[0])


def test_modelled_trust_and_confidence_never_stand_on_page_one() -> None:
    assert not CONFIDENCE.search(pages()[0])
    results, place, catalogue = south_wales()
    pushed = copy.deepcopy(results)
    for entry in pushed["promising"]:
        entry["measure"] = "trust_of_pwud"
    assert not CONFIDENCE.search(pages_of(compose(pushed, place, catalogue))[0])


def test_every_page_carries_the_run() -> None:
    run = south_wales()[0]["run"]
    assert all(f"run {run}" in text for text in pages())


def test_the_table_has_every_option_and_the_comparison() -> None:
    results, _, _ = south_wales()
    every = [t for t in pages() if "All options with a number, and more arrests" in t]
    page = squeezed("".join(every) + pages()[pages().index(every[0]) + 1])
    assert all(squeezed(row["name"]) in page for row in results["options"])
    assert squeezed(results["comparison"]["name"]) in page


def test_the_body_shows_those_that_could_start_and_says_how_many_it_leaves_to_the_annex() -> None:
    page = next(t for t in pages() if "What options would change" in t)
    assert "in the annex" in page and "does not simulate" in page
    results, _, _ = south_wales()
    closed = [r for r in results["options"] if r["fit"]["status"] in ("needs_law", "not_known")]
    assert closed and not any(squeezed(row["name"]) in squeezed(page) for row in closed)


def test_every_option_without_a_number_is_named_with_its_reason() -> None:
    results, _, _ = south_wales()
    text = squeezed("".join(pages()))
    for row in results["not_simulated"]:
        assert squeezed(row["name"]) in text and squeezed(row["why"]) in text


def test_the_note_stands_under_every_table_of_modelled_results() -> None:
    for block in flat(document().blocks):
        if type(block).__name__ == "Table" and "change against today" in str(block.caption).lower():
            assert any("the model itself may be wrong" in str(note) for note in block.notes)


@pytest.mark.parametrize("level", range(LEAST_DETAIL + 1))
def test_a_stop_rule_is_printed_whole_however_full_the_page(level: int) -> None:
    results, place, catalogue = south_wales()
    facts = Facts(results, place, catalogue, Citations(catalogue), Detail(questions=level))
    said = "\n".join(plain_text(t) for b in flat(page_two(facts)) for t in texts(b))
    rules = [facts.option(row).stop_rule for row, _one in facts.promising()]
    assert rules and all(rule in said for rule in rules)


def test_page_two_is_one_page_where_its_language_is_long() -> None:
    with speaking("ru"):
        printed = pages_of(compose(*built(load_place(SOUTH_WALES))))
        assert squeezed(_("The questions you will be asked")) in squeezed(printed[1])
        heading = _("{place} in numbers", place="South Wales (police area)")
        assert squeezed(heading) in squeezed(printed[2])


@pytest.mark.parametrize("code", ["en", "es", "pt", "ru"])
def test_every_output_says_that_its_translation_was_not_reviewed(code: str) -> None:
    with speaking(code):
        results, place, catalogue = built(load_place(SOUTH_WALES))
        made = compose(results, place, catalogue)
        said = _("This translation has not yet been reviewed by a native speaker.")
        there = [render_html(made), "".join(pages_of(made))]
        there.append(brief_text(Facts(results, place, catalogue, Citations(catalogue)), []))
    found = [squeezed(said) in squeezed(text) for text in there]
    assert found == [code != "en"] * 3


def test_an_option_that_runs_is_shown_as_running_also_where_something_is_not_known() -> None:
    results, place, catalogue = south_wales()
    pushed = copy.deepcopy(results)
    running = next(p for p in place.place.practice if p.option == "police-naloxone")
    assert running.reach
    row = next(row for row in pushed["options"] if row["id"] == running.option)
    row["fit"]["status"], row["share_in_place"] = "not_known", 0.123
    facts = Facts(pushed, place, catalogue, Citations(catalogue))
    done = facts.runs_here(running.option)
    assert done == f"(runs here since 2021, reaching about {percent(running.reach.value)})"
    cells = [plain_text(r.cells[0]) for r in main_table(facts, facts.options).rows if r.cells]
    assert f"{row['name']}\n{done}" in cells
    assert squeezed("(runs here since 2021") in squeezed(brief_text(facts, []))


def test_no_forbidden_word() -> None:
    found = wrong_words(everything(document()), read_words(WORDS).forbidden)
    assert not found


def test_no_answer_on_page_two_states_a_number_without_a_record() -> None:
    catalogue = load_catalogue()
    for question in questions():
        for text in (question.says, question.shorter):
            assert not re.search(r"\d", _NOT_A_FINDING.sub(" ", PLACEHOLDER.sub(" ", text)))
            for name, form in placeholders(text):
                assert form_fault(catalogue.evidence[name], form) is None


@pytest.mark.parametrize("status", ["needs_law", "not_here", "not_known"])
def test_what_is_unlawful_or_unknown_is_never_recommended(status: str) -> None:
    results, place, catalogue = south_wales()
    pushed = copy.deepcopy(results)
    wanted = pushed["promising"][0]["id"]
    next(row for row in pushed["options"] if row["id"] == wanted)["fit"]["status"] = status
    pushed["promising"].append({"id": "more-arrests", "why": "", "measure": "fatal_overdoses"})
    facts = Facts(pushed, place, catalogue, Citations(catalogue))
    chosen = [row["id"] for row, _ in facts.promising()]
    assert wanted not in chosen
    assert "more-arrests" not in chosen
    asks = "\n".join(plain_text(t) for b in flat(page_one(facts)) for t in texts(b))
    assert catalogue.options[wanted].ask not in asks
    assert "Only two options can be recommended here now." in asks


@pytest.mark.parametrize("country", ["GB", "KE"])
def test_a_place_with_five_answers_says_what_it_does_not_know(country: str, tmp_path: Path) -> None:
    results, place, catalogue = built(load_place(new_place(tmp_path, country=country)))
    made = compose(results, place, catalogue)
    printed = pages_of(made)
    assert "The questions you will be asked" in printed[1]
    assert next(n for n, text in enumerate(printed, 1) if "Annex:" in text) <= 7
    first = squeezed(printed[0])
    assert squeezed("Nobody who uses drugs was asked.") in first
    assert squeezed("something that decides is not known") in first
    assert not wrong_words(everything(made), read_words(WORDS).forbidden)


def test_page_one_stays_one_page_where_much_is_done_and_named_at_length(tmp_path: Path) -> None:
    path = new_place(tmp_path) / "place.toml"
    text = path.read_text(encoding="utf-8").replace("Somewhere", "Somewhere " + "very far off " * 6)
    for option in load_catalogue().candidates:
        text += (
            f'\n[[practice]]\noption = "{option}"\nsince = 2019\nsource = "order of 2019"\n'
            'says = "Done by everyone, everywhere."\n'
            'reach = { value = 0.5, low = 0.2, high = 0.7, source = "a count" }\n'
        )
    path.write_text(text, encoding="utf-8")
    printed = pages_of(compose(*built(load_place(tmp_path))))
    assert "The questions you will be asked" in printed[1]
    assert next(n for n, said in enumerate(printed, 1) if "Annex:" in said) <= 7


@pytest.mark.parametrize(
    ("language", "contents", "first"),
    [
        ("es", "Contenido", r"Página 1 de \d+"),
        ("pt", "Conteúdo", r"Página 1 de \d+"),
        ("ru", "Содержание", r"Страница 1 из \d+"),
    ],
)
def test_the_words_around_the_text_are_in_its_language(
    language: str, contents: str, first: str
) -> None:
    with speaking(language):
        made = compose(*built(load_place(SOUTH_WALES)))
        html = render_html(made)
        page = pages_of(made)[0]
        assert re.search(first, page.replace("\xa0", " "))
        # Longer words never push these off the first page.
        for said in (_("What can go wrong"), _(NOBODY_ASKED), _("How old the data are")):
            assert squeezed(said) in squeezed(page)
    assert f'<nav aria-label="{contents}">' in html
    assert "Skip to the text" not in html


@given(st.lists(st.lists(st.integers(1, 400), min_size=1, max_size=4), min_size=2, max_size=8))
def test_columns_hold_every_section_in_order_and_part_where_they_are_most_even(
    lengths: list[list[int]],
) -> None:
    sections: list[list[Block]] = [
        [Heading(f"{n}"), *(Paragraph("x" * length) for length in one)]
        for n, one in enumerate(lengths)
    ]
    made = evenly(sections)
    assert list(made.left + made.right) == [block for one in sections for block in one]
    assert made.left and made.right

    def longer(left: Sequence[Block], right: Sequence[Block]) -> float:
        return max(sum(height(block) for block in part) for part in (left, right))

    starts = [n for n, block in enumerate(made.left + made.right) if isinstance(block, Heading)]
    every = made.left + made.right
    best = min(longer(every[:cut], every[cut:]) for cut in starts[1:])
    assert longer(made.left, made.right) == pytest.approx(best)


@pytest.mark.parametrize("name", ["philadelphia", "british-columbia"])
def test_deaths_by_quarter_are_shown_by_year(name: str) -> None:
    html = render_html(compose(*built(load_place(SOUTH_WALES.parent / name))))
    assert "Recorded deaths a year" in html
    assert "no count of deaths or contacts was given" not in html


SEE_CHART = "(see the chart for what is counted)"


def in_numbers_of(folder: Path) -> tuple[str, str]:
    """The table of the main numbers with its notes, and the figure that follows it, as read."""
    blocks = list(flat(compose(*built(load_place(folder))).blocks))
    at = next(
        n
        for n, block in enumerate(blocks)
        if isinstance(block, Table) and "numbers that matter most" in plain_text(block.caption)
    )
    figure = next(block for block in blocks[at:] if isinstance(block, Figure))
    table, chart = ("\n".join(plain_text(t) for t in texts(b)) for b in (blocks[at], figure))
    return table, chart


def test_a_number_sends_to_the_chart_only_for_what_the_chart_shows() -> None:
    table, chart = in_numbers_of(SOUTH_WALES)
    assert table.count(SEE_CHART) == 1
    (deaths,) = (s for s in load_place(SOUTH_WALES).place.outcomes if s.measure == "deaths")
    assert f"Deaths recorded {SEE_CHART}" in table
    assert deaths.definition in chart


def test_what_a_series_beside_the_chart_counts_is_said_under_the_table() -> None:
    table, chart = in_numbers_of(SOUTH_WALES.parent / "philadelphia")
    assert SEE_CHART not in table
    assert "Recorded deaths a year" in chart
    assert (
        "Overdoses treated in hospital: Overdoses treated in hospital that were survived" in table
    )


def test_deaths_of_too_few_years_for_a_chart_do_not_send_to_it(tmp_path: Path) -> None:
    place = new_place(tmp_path) / "place.toml"
    with place.open("a", encoding="utf-8") as file:
        file.write(
            '\n[[outcomes]]\nid = "deaths"\nmeasure = "deaths"\nfile = "deaths.csv"\n'
            'definition = "Poisonings on a certificate"\ndate_basis = "registration"\n'
            'period = "year"\nsource = "the registrar"\n'
            'in_scope = { value = 0.5, source = "a count" }\n'
        )
    (tmp_path / "deaths.csv").write_text("period,count\n2022,9\n2023,7\n", encoding="utf-8")
    table, chart = in_numbers_of(tmp_path)
    assert "How contacts in which drugs are found end" in chart
    assert SEE_CHART not in table
    assert "Deaths: Poisonings on a certificate." in table
    assert "7 (7 to 9 in 2 years)" in table


def test_text_of_a_place_is_never_read_as_markup(tmp_path: Path) -> None:
    results, place, catalogue = built(load_place(new_place(tmp_path)))
    results["options"][0]["name"] = "**bold** [^nothing] <b>x</b> #panic()"
    made = compose(results, place, catalogue)
    assert "[^nothing]" in "".join(pages_of(made)).replace("\n", " ")
    assert "<b>x</b>" not in render_html(made)


def test_the_page_needs_no_network() -> None:
    html = render_html(document())
    assert not re.search(r"""(?:src|href)=["'](?!\#|data:|https?://|mailto:)""", html)
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+https?://", html)
    assert "@import" not in html
    assert not re.search(r"url\(\s*['\"]?https?:", html)
