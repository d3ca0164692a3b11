"""The short guide, cards, kits, agencies like yours, and the exported folder."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import docx
import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader

import offramp
from offramp.catalogue.load import load
from offramp.catalogue.words import words_of, wrong_words
from offramp.cli.app import main
from offramp.documents.docx import render_docx
from offramp.documents.pdf import render_pdf
from offramp.guide.card import card_document
from offramp.guide.kit import kit_document
from offramp.guide.short import MOST_PAGES, short_pdf, short_words
from offramp.guide.site.make import site
from offramp.languages import LANGUAGES, _, speaking
from offramp.place.load import load as load_place

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "places" / "south-wales"
SCHEMAS = Path(offramp.__file__).parent / "schemas"
CODES = list(LANGUAGES)
CARDS = sorted(name for name, one in load().candidates.items() if one.card)
KITS = sorted(load().kits)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def fits(name: str, document: object) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


@cache
def exported(code: str, fitted: bool = False) -> dict[str, bytes]:
    with speaking(code):
        return site(load(), load_place(PLACE) if fitted else None)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_short_guide_has_at_most_sixteen_pages_and_every_option(code: str, paper: str) -> None:
    with speaking(code):
        made = short_pdf(load(), paper)  # type: ignore[arg-type]
        names = [one.name for one in load().candidates.values()]
        sources = _("Sources")
    reader = PdfReader(io.BytesIO(made))
    assert len(reader.pages) <= MOST_PAGES
    text = " ".join(text_of(made).split())
    assert not [name for name in names if " ".join(name.split()) not in text]
    assert not {"{", "}"} & set(text)
    own, _found, _titles = text.rpartition(f" {sources} ")  # titles of sources are not our words
    assert wrong_words(own, words_of(code).forbidden) == []


def test_the_five_first_things_need_no_new_law_in_most_places() -> None:
    options = [load().options[one.option] for one in short_words().five]
    assert len(options) == 5
    assert all(one.hurdle == "own_order" for one in options)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_one_page_and_says_that_it_gives_no_power(code: str, name: str) -> None:
    with speaking(code):
        made = render_pdf(card_document(load(), name))
        line = _("This card gives no power")
        known = _("not known")
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
    text = " ".join(text_of(made).split())
    assert line in text
    assert known in text
    assert wrong_words(text, words_of(code).forbidden) == []


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_card_comes_on_both_papers(paper: str, tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    words = ["guide", "card", "police-naloxone", "--paper", paper, "-o", str(out)]
    assert main(words) == 0
    (page,) = PdfReader(out).pages
    wide = {"a4": 595, "letter": 612}[paper]
    assert abs(float(page.mediabox.width) - wide) < 1


PLAIN_PLACE = 'name = "Smallville"\ncountry = "KE"\nas_of = 2026-11-20\n[people]\n'


def place_with(folder: Path, law: str) -> Path:
    (folder / "place.toml").write_text(PLAIN_PLACE + law, encoding="utf-8")
    return folder


def fact(topic: str, status: str) -> str:
    return (
        f'[law.{topic}]\nstatus = "{status}"\nsays = "As the law says."\n'
        'citation = "An Act, section 1"\nurl = "https://example.org/act"\non = 2026-11-01\n'
    )


def test_there_is_no_card_while_the_fit_is_not_known_and_the_questions_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = place_with(tmp_path, "")
    out = tmp_path / "card.pdf"
    words = ["guide", "card", "police-naloxone", "--place", str(place), "-o", str(out)]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert not out.exists()
    assert "May officers carry naloxone and give it" in said


def test_a_card_for_a_place_says_yes_only_where_it_is_ready(tmp_path: Path) -> None:
    option = load().options["fair-treatment-practice"]
    place = load_place(place_with(tmp_path, ""))
    text = " ".join(text_of(render_pdf(card_document(load(), option.id, place=place))).split())
    assert "[✓] yes" in text or "[✓] no" in text
    assert "[✓] not known" not in text


def test_there_is_no_card_where_it_is_forbidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = place_with(tmp_path, fact("naloxone_police", "forbidden"))
    out = tmp_path / "card.pdf"
    assert main(["guide", "card", "police-naloxone", "--place", str(place), "-o", str(out)]) == 1
    assert not out.exists()
    assert "no card" in capsys.readouterr().err


def test_the_comparison_has_no_card(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    assert main(["guide", "card", "more-arrests", "-o", str(out)]) == 1
    assert not out.exists()
    assert "has no card" in capsys.readouterr().err


def test_at_least_five_options_that_most_forces_can_start_have_a_kit() -> None:
    assert len(KITS) >= 5


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", KITS)
def test_a_kit_is_an_editable_draft_with_all_its_papers(code: str, name: str) -> None:
    with speaking(code):
        kit = load().kits[name]
        made = render_docx(kit_document(load(), name))
        heads = [
            _("Draft order"), _("Draft agreement with the service"),
            _("Shift briefing, 20 minutes"), _("What to say to the person"),
            _("What to tell neighbours and the press"), _("When to stop"), _("Log sheet"),
        ]  # fmt: skip
        draft = _("Draft, needs local legal check")
    paper = docx.Document(io.BytesIO(made))
    assert [p.text for p in paper.paragraphs if p.style.name == "Heading 1"] == heads
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        text = re.sub(r"<[^>]+>", " ", parts.read("word/document.xml").decode("utf-8"))
        foot = re.sub(r"<[^>]+>", " ", parts.read("word/footer1.xml").decode("utf-8"))
    assert draft in " ".join(text.split())
    assert draft in " ".join(foot.split())
    assert [f"{n}.\t{clause}" for n, clause in enumerate(kit.order.clauses, 1)] == [
        p.text for p in paper.paragraphs if re.match(r"\d+\.\t", p.text)
    ][: len(kit.order.clauses)]
    assert wrong_words(text, words_of(code).forbidden) == []


def test_a_kit_has_the_same_bytes_every_time() -> None:
    assert render_docx(kit_document(load(), KITS[0])) == render_docx(kit_document(load(), KITS[0]))


def test_an_option_without_a_kit_names_those_that_have_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = next(name for name in load().candidates if name not in KITS)
    assert main(["guide", "kit", without, "-o", str(tmp_path / "kit.docx")]) == 1
    assert list(tmp_path.iterdir()) == []
    assert "has no kit yet" in capsys.readouterr().err


def test_agencies_of_the_same_country_and_size_come_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["guide", "like", str(PLACE), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    fits("guide-like", rows)
    assert {row["id"] for row in rows} == set(load().examples)
    points = [row["points"] for row in rows]
    assert points == sorted(points, reverse=True)
    assert rows[0]["country"] == "GB"
    assert "same country" in rows[0]["because"]
    assert all(row["because"] for row in rows)


def test_list_search_show_and_check_keep_to_their_schemas(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words, name in (
        (["list"], "guide-list"),
        (["search", "needles"], "guide-search"),
        (["show", "police-naloxone"], "guide-show"),
        (["check"], "guide-check"),
    ):
        for code in CODES if words[0] != "check" else ["en"]:
            flags = [] if words[0] == "check" else ["--lang", code]
            main(["guide", *words, *flags, "--json"])
            fits(name, json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("code", CODES)
def test_ids_are_english_in_every_language(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide", "list", "--lang", code, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    order = [(row["family"], row["id"]) for row in rows]
    assert order == sorted(order)
    assert {row["id"] for row in rows} == set(load().candidates)


@pytest.mark.parametrize("code", CODES)
def test_the_export_holds_pages_tables_and_a_catalogue_with_its_version(code: str) -> None:
    files = exported(code)
    assert {"index.html", "examples.html", "evidence.html", "measures.html", "about.html",
            "style.css", "site.js", "search.js", "data.js", "catalogue.json", "options.csv",
            "examples.csv", "evidence.csv"} <= set(files)  # fmt: skip
    assert {f"{name}.html" for name in load().options} <= set(files)
    assert sum(map(len, files.values())) < 15_000_000
    data = json.loads(files["catalogue.json"])
    fits("guide-catalogue", data)
    assert data["version"] == offramp.__version__
    assert data["catalogue"] == load().hash
    for name, records in (("options", load().options), ("examples", load().examples),
                          ("evidence", load().evidence)):  # fmt: skip
        rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"))))
        assert [row["id"] for row in rows] == list(records)
        assert {row["version"] for row in rows} == {offramp.__version__}
        assert {row["language"] for row in rows} == {code}


@pytest.mark.parametrize("code", CODES)
def test_pages_need_no_fetch_no_module_and_nothing_from_elsewhere(code: str) -> None:
    for name, content in exported(code).items():
        if not name.endswith((".html", ".js", ".css")):
            continue
        text = content.decode("utf-8")
        assert 'type="module"' not in text, name
        if name.endswith(".js"):
            for word in ("fetch(", "XMLHttpRequest", "import(", "innerHTML", "eval("):
                assert word not in text, name
        for tag, loaded in re.findall(
            r'<(script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', text
        ):
            assert "//" not in loaded, (name, tag, loaded)
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", text), name


@pytest.mark.parametrize("code", CODES)
def test_every_link_inside_the_folder_leads_somewhere(code: str) -> None:
    files = exported(code)
    anchors = {
        name: set(re.findall(r' id="([^"]+)"', content.decode("utf-8")))
        for name, content in files.items()
        if name.endswith(".html")
    }
    for name in anchors:
        for href in re.findall(r'href="([^"]+)"', files[name].decode("utf-8")):
            if "//" in href:
                continue
            page, _hash, anchor = href.partition("#")
            assert (page or name) in files, (name, href)
            if anchor:
                assert anchor in anchors[page or name], (name, href)


@pytest.mark.parametrize("code", CODES)
def test_no_page_holds_a_forbidden_word_or_an_open_placeholder(code: str) -> None:
    forbidden = words_of(code).forbidden
    for name, content in exported(code).items():
        if not name.endswith(".html"):
            continue
        page = content.decode("utf-8")
        prose = re.sub(r"<(script|style|cite)[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
        prose = re.sub(r'<ol class="references">.*?</ol>', " ", prose, flags=re.DOTALL)
        prose = re.sub(r'<td data-head="[^"]*"><span class="source">.*?</td>', " ", prose)
        prose = re.sub(r"<[^>]+>", " ", prose)
        assert not re.search(r"\{[a-zA-Z_]\w*(\|\w+)?\}", prose), name
        assert wrong_words(prose, forbidden) == [], name


def test_an_export_for_a_place_says_status_and_why_on_each_option() -> None:
    files = exported("en", fitted=True)
    index = files["index.html"].decode("utf-8")
    assert "Fitted to South Wales" in index
    assert index.count('<p class="here ') == len(load().candidates)
    for name in load().candidates:
        page = files[f"{name}.html"].decode("utf-8")
        assert '<h2 id="fit">Here: ' in page, name
    data = json.loads(files["catalogue.json"])
    assert all(one["fit"]["reasons"] for one in data["options"] if not one["comparison"])


def test_an_export_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("here", encoding="utf-8")
    assert main(["guide", "export", str(taken / "below")]) == 1
    assert taken.read_text(encoding="utf-8") == "here"
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_same_catalogue_gives_the_same_folder() -> None:
    with speaking("ru"):
        assert site(load()) == exported("ru")


def test_nothing_unverified_is_shown_or_drives_a_lever() -> None:
    """The only ways to have seen a number that a record may name."""
    catalogue = load()
    seen_how = {"full_text", "abstract", "restatement", "arithmetic", "judgement"}
    assert {record.checked.how for record in catalogue.evidence.values()} <= seen_how
    for option in catalogue.options.values():
        for lever in option.levers:
            for name in (lever.evidence, *lever.shares().values()):
                assert catalogue.evidence[name].checked.how in seen_how
    text = exported("en")["evidence.html"].decode("utf-8").lower()
    assert "unverified" not in text
