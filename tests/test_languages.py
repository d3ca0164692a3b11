"""Four languages: placeholders, plural forms, stale texts, words, and that nothing is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.numbers import format_decimal

from offramp.catalogue import numbers
from offramp.catalogue.load import load, packaged
from offramp.catalogue.prose import References, fill
from offramp.catalogue.schema import Evidence, Example, Option
from offramp.catalogue.schema_indicators import Indicator
from offramp.catalogue.schema_kits import Kit
from offramp.catalogue.words import may_be_named, words_of, wrong_words
from offramp.cli.app import main
from offramp.guide.translations import TRANSLATED, faults, problems
from offramp.languages import (
    LANGUAGES,
    UnknownLanguageError,
    _,
    date_words,
    extract,
    n_,
    po,
    speaking,
    use,
)
from offramp.languages import number as written
from offramp.languages.toml_texts import DOMAINS, READ, kind_of, texts

SOURCES = extract.messages()


def one(text: str, context: str = "options/x:name", plural: str = "") -> extract.Message:
    return extract.Message("options", context, text, plural, "catalogue/options/x.toml")


@pytest.fixture(scope="module")
def all_problems() -> list[str]:
    return [str(problem) for problem in problems()]


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_is_missing_stale_or_wrong(code: str, all_problems: list[str]) -> None:
    mine = [text for text in all_problems if text.startswith(f"languages/{code}/")]
    if words_of(code).unfinished:  # outputs say so, and the strict check is red
        assert mine
        mine = [text for text in mine if "is not translated" not in text]
    assert not mine, f"{len(mine)} in all, among them:\n" + "\n".join(mine[:20])


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_files_agree_with_their_sources(code: str, domain: str) -> None:
    assert po.compiled(code, domain) == po.compiled_from(po.read(code, domain))


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_of_every_translation_are_those_of_the_english(code: str) -> None:
    words = words_of(code)
    for domain in DOMAINS:
        for message in po.read(code, domain):
            if message.id and po.is_done(message) and isinstance(message.string, str):
                said = faults(po.text_of(message), message.string, words)
                assert not [fault for fault in said if "placeholder" in fault], po.key(message)


def test_a_changed_text_keeps_its_translation_as_fuzzy_and_reads_in_english() -> None:
    first = po.update(po.read("es", "none"), "es", "options", [one("Officers carry a kit.")])
    for message in first:
        if message.id:
            message.string = "Los agentes llevan un kit."
    assert list(po.compiled_from(first).values()) == ["Los agentes llevan un kit."]
    second = po.update(first, "es", "options", [one("All officers carry a kit.")])
    (kept,) = [message for message in second if message.id]
    assert kept.fuzzy
    assert kept.string == "Los agentes llevan un kit."
    assert kept.previous_id == ["Officers carry a kit."]
    assert po.compiled_from(second) == {}


def test_a_text_that_goes_away_comes_back_with_its_translation() -> None:
    first = po.update(po.read("es", "none"), "es", "options", [one("Stop."), one("Go on.")])
    for message in first:
        if message.id:
            message.string = f"<{message.id}>"
    without = po.update(first, "es", "options", [one("Go on.")])
    assert [message.id for message in without if message.id] == ["Go on."]
    again = po.update(without, "es", "options", [one("Stop."), one("Go on.")])
    assert {message.id: message.string for message in again if message.id} == {
        "Stop.": "<Stop.>",
        "Go on.": "<Go on.>",
    }


@pytest.mark.parametrize(
    ("text", "said", "complaint"),
    [
        ("Risk was {D23|percent_lower}.", "El riesgo fue {D23}.", "placeholders"),
        ("Since 2016, at 24 places.", "Desde 2016, en 42 lugares.", "lacks the number 24"),
        ("See https://a.org/b now.", "Vea https://a.org/c ahora.", "address"),
        ("Signed [name].", "Firmado nombre.", "[blanks]"),
        ("One.\n\nTwo.", "Uno. Dos.", "paragraphs"),
        ("People who use drugs are asked.", "Se pregunta a los drogadictos.", "drogadictos"),
        ("Nobody is arrested at an overdose.", "", "empty"),
        (
            "Officers leave the equipment alone now.",
            "Officers leave the equipment alone now.",
            "English",
        ),
    ],
)
def test_faults_of_a_translation_are_named(text: str, said: str, complaint: str) -> None:
    found = faults(text, said, words_of("es"))
    assert any(complaint in fault for fault in found), found


def test_a_sound_translation_has_no_faults() -> None:
    text = "Since 1,200 people in 2016, risk was {D23|percent_lower} [name]."
    said = "Desde 1.200 personas en 2016, el riesgo fue {D23|percent_lower} [nombre]."
    assert faults(text, said, words_of("es")) == []


def test_russian_may_not_name_a_body_that_endangers_readers() -> None:
    words = words_of("ru")
    said = "Исследование опубликовал Human Rights Watch в две тысячи шестом году."
    assert any("Human Rights Watch" in fault for fault in faults("A study.", said, words))
    with speaking("ru"):
        assert not may_be_named("Open Society Foundations, 2010. Lowering the threshold")
        assert may_be_named("Collins SE (2017). Evaluation and Program Planning 64:49-56")
    with speaking("en"):
        assert may_be_named("Open Society Foundations, 2010. Lowering the threshold")


def test_russian_outputs_neither_name_nor_link_them() -> None:
    with speaking("ru"):
        catalogue, marks = load(), References()
        for example in catalogue.examples.values():
            marks.cite_all(example.sources)
        for record in catalogue.evidence.values():
            marks.cite(record)
        for reference in marks.listed:
            assert may_be_named(f"{reference.citation} {reference.link or ''}"), reference


@pytest.mark.parametrize("model", [Option, Evidence, Example, Indicator, Kit])
def test_every_text_of_a_record_is_translated_or_known_to_be_code(model: type) -> None:
    """A new field of prose that nobody listed would silently stay English."""
    code = {
        "id", "family", "comparison", "drugs", "acts", "hurdle", "cost_level", "hazards", "topic",
        "service", "outcome", "certainty", "examples", "indicators", "related", "parameter",
        "moves", "evidence", "reach", "refreshed", "design", "per", "unit", "prior", "citation",
        "doi", "url", "how", "country", "continent", "status", "size", "kind", "direction", "note",
        "form", "table", "of", "by", "needs", "paid_by",
    }  # fmt: skip
    folder = {Option: "options", Evidence: "evidence", Example: "examples",
              Indicator: "indicators", Kit: "kits"}[model]  # fmt: skip
    import tomllib

    for path in sorted((packaged() / folder).glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        kind = kind_of(f"{folder}/{path.stem}")
        read = {trace for _key, _text, trace in texts(data, kind.keys)}
        for _key, _text, trace in texts(data, ("*", "*.*", "*.*.*", "*.*.*.*")):
            names = [part for part in trace if isinstance(part, str)]
            known = trace in read or names[-1] in code or "where" in names
            assert known, f"{path.name}: {trace}"


def test_every_kind_of_file_has_its_context() -> None:
    for kind in READ:
        stem = "x" if "*" in kind.files else Path(kind.files).stem
        assert kind_of(f"{kind.context}/{stem}").domain == kind.domain


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_numbers_have_the_separators_of_the_language(code: str) -> None:
    with speaking(code):
        for value in (Decimal("1234567.5"), Decimal("0.25")):
            places = -int(value.as_tuple().exponent)
            pattern = "#,##0." + "0" * places
            expected = format_decimal(value, format=pattern, locale=LANGUAGES[code].locale)
            assert written(value, places) == expected
    assert date_words(date(2026, 11, 25)) == "25 November 2026"


def test_a_finding_reads_in_each_language_in_its_own_order() -> None:
    record = load().evidence["oat_acm_rr_pooled"]
    said = {}
    for code in LANGUAGES:
        with speaking(code):
            said[code] = str(numbers.change(record))
    assert said["en"] == "53% lower (range 47% to 58% lower)"
    assert said["es"] == "53% menor (rango: de 47% a 58% menor)"
    assert said["pt"] == "53% menor (intervalo de 47% a 58% menor)"
    assert said["ru"] == "на 53\u00a0% ниже (диапазон: от 47\u00a0% до 58\u00a0% ниже)"


def test_russian_counts_take_three_forms() -> None:
    with speaking("ru"):
        forms = [n_("hour", "hours", count) for count in (1, 3, 5, 21, 1.5)]
    assert forms == ["час", "часа", "часов", "час", "часа"]


def test_inside_brackets_the_range_follows_a_comma_in_every_language() -> None:
    for code in LANGUAGES:
        with speaking(code):
            said = fill("({oat_acm_rr_pooled|percent_lower})", load(), lambda _record: "[1]")
        assert said.count("(") == said.count(")") == 1, said


def test_what_is_not_translated_reads_in_english() -> None:
    with speaking("ru"):
        assert _("No translator has ever seen {what}.", what="this") == (
            "No translator has ever seen this."
        )


def test_a_tag_is_a_language_and_an_unknown_one_is_not() -> None:
    with speaking("en"):
        assert use("pt-BR").code == "pt"
        with pytest.raises(UnknownLanguageError):
            use("klingon")


def test_an_unknown_language_names_those_that_are_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["guide", "list", "--lang", "fr"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert all(code in said.err for code in LANGUAGES)


@pytest.mark.parametrize("code", TRANSLATED)
def test_outputs_say_that_nobody_has_reviewed_the_language(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from offramp.guide.words import NOT_REVIEWED

    assert not words_of(code).reviewed
    with speaking(code):
        line = _(NOT_REVIEWED)
    for words in (["list"], ["search", "naloxone"], ["show", "police-naloxone"]):
        assert main(["guide", *words, "--lang", code]) == 0
        assert " ".join(line.split()) in " ".join(capsys.readouterr().out.split())
    assert main(["guide", "show", "police-naloxone", "--lang", code, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["not_reviewed"].startswith(line)


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_approved_phrases_are_not_forbidden_and_neither_is_what_to_write_instead(
    code: str,
) -> None:
    words = words_of(code)
    assert words.language == code
    assert words.forbidden
    for phrase in (*words.approved.values(), *(entry.use for entry in words.forbidden)):
        assert wrong_words(phrase, words.forbidden) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "un programa de diversión"),
        ("es", "los drogadictos"),
        ("es", "jeringas limpias"),
        ("pt", "diversão"),
        ("pt", "os viciados"),
        ("ru", "диверсия"),
        ("ru", "для наркоманов"),
        ("ru", "чистые шприцы"),
    ],
)
def test_words_that_go_wrong_are_caught_in_every_language(code: str, text: str) -> None:
    assert wrong_words(text, words_of(code).forbidden)


def test_texts_inside_f_strings_are_found(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(
        "from offramp.languages import _, n_\n"
        "a = f\"<p>{_('Inside {x}', x=1)}</p>\" + n_('{count} dog', '{count} dogs', 2)\n",
        encoding="utf-8",
    )
    found = {message.text: message.plural for message in extract.of_python(tmp_path)}
    assert found == {"Inside {x}": "", "{count} dog": "{count} dogs"}


def test_translators_get_all_faults_at_once_and_sound_ones_are_counted(tmp_path: Path) -> None:
    answer = tmp_path / "done.json"
    answer.write_text(json.dumps({"000000000000": "x", "111111111111": "y"}), encoding="utf-8")
    script = Path(__file__).parents[1] / "scripts" / "translate.py"
    done = subprocess.run(
        [sys.executable, str(script), "import", "--lang", "es", str(answer)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("no such message now") == 2
    assert "0 taken, 2 faults" in done.stdout
