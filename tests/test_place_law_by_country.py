"""Law by country: facts are cited and dated, states build on countries, old law is unknown."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.cli.place import app
from offramp.fit.rules import facts_of
from offramp.place.clock import today
from offramp.place.improve import open_questions
from offramp.place.legal import legal_questions, stale_law, year_before
from offramp.place.load import LoadedPlace, load
from offramp.place.new import presets_known
from offramp.place.preset import FOLDER, Preset, read_preset
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, LawFact
from offramp.place.show import show_text

ALL = presets_known()
ASKED_FOR = {
    *("united-states", "washington-state", "oregon", "england-wales", "scotland", "canada"),
    *("british-columbia", "portugal", "spain", "brazil", "mexico", "colombia", "kyrgyzstan"),
    *("ukraine", "kenya", "australia"),
}
LANGUAGES = {"PT": "pt", "BR": "pt", "ES": "es", "MX": "es", "CO": "es", "KG": "ru", "UA": "uk"}
READ = date(2026, 11, 25)


def place(folder: Path, country: str, rest: str = "", today: date | None = READ) -> LoadedPlace:
    text = f'name = "Smallville"\ncountry = "{country}"\n{rest}'
    if "as_of" not in rest:
        text = text.replace("\n", "\nas_of = 2026-11-25\n", 1)
    (folder / "place.toml").write_text(text, encoding="utf-8")
    return load(folder, today)


def of(preset_id: str) -> tuple[str, str]:
    preset = read_preset(preset_id)
    return str(preset.country), f'preset = "{preset_id}"\n'


def test_the_countries_and_states_of_the_order_are_there() -> None:
    assert set(ALL) >= ASKED_FOR
    states = [name for name in ALL if of(name)[0] == "US" and not read_preset(name).whole_country]
    assert len(states) >= 3


@pytest.mark.parametrize("preset_id", ALL)
def test_every_fact_has_its_citation_address_and_date(preset_id: str) -> None:
    preset = read_preset(preset_id)
    assert preset.law and preset.says
    for topic, fact in preset.law.items():
        assert len(fact.says) > 15, topic
        assert "ask" in fact.says.lower() or fact.status != "unknown", topic
        if fact.status == "unknown" and not fact.citation:
            continue
        assert fact.citation and len(fact.citation) > 8, topic
        assert fact.url and fact.url.startswith(("https://", "http://")), topic
        assert fact.on and date(2026, 11, 20) <= fact.on <= date(2026, 12, 31), topic


@pytest.mark.parametrize("preset_id", [name for name in ALL if of(name)[0] in LANGUAGES])
def test_law_that_is_not_in_english_is_shown_in_its_own_words(preset_id: str) -> None:
    preset = read_preset(preset_id)
    originals = [fact.original for fact in preset.law.values() if fact.original]
    assert originals
    assert {one.language for one in originals} == {LANGUAGES[str(preset.country)]}


def test_the_terminal_shows_the_law_in_its_own_words(tmp_path: Path) -> None:
    shown = " ".join(show_text(place(tmp_path, "PT")).split())
    assert "[pt] constitui indício de que o propósito pode não ser o de consumo" in shown


@pytest.mark.parametrize("preset_id", ALL)
def test_what_no_source_answers_is_asked(preset_id: str, tmp_path: Path) -> None:
    country, named = of(preset_id)
    full = place(tmp_path, country, named).resolved
    asked = {one.topic for one in legal_questions(full, {}, stale_law(full))}
    known = {topic for topic, fact in full.law.items() if fact.status != "unknown"}
    assert asked == {*LAW_TOPICS, *HAZARD_TOPICS} - known
    facts = facts_of(full)
    assert all(facts.reading(topic).status == "unknown" for topic in asked)


@pytest.mark.parametrize("preset_id", ALL)
def test_law_read_a_year_ago_counts_and_older_law_is_asked(preset_id: str, tmp_path: Path) -> None:
    country, named = of(preset_id)
    oldest = min(f.on for f in read_preset(preset_id).law.values() if f.on)
    last = date(oldest.year + 1, oldest.month, oldest.day)
    then = place(tmp_path, country, named, last).resolved
    assert any(fact.status != "unknown" for fact in then.law.values())
    newest = max(f.on for f in then.law.values() if f.on)
    later = date(newest.year + 1, newest.month, newest.day) + timedelta(days=1)
    old = place(tmp_path, country, named, later)
    assert {fact.status for fact in old.resolved.law.values()} == {"unknown"}
    questions = legal_questions(old.resolved, {}, stale_law(old.resolved))
    assert len(questions) == len(LAW_TOPICS) + len(HAZARD_TOPICS)
    assert any("more than 12 months before" in question.now for question in questions)


def test_old_law_is_asked_for_in_fit_and_improve(tmp_path: Path) -> None:
    fact = '[law]\nequipment = { status = "allowed", citation = "an act", on = 2026-11-01 }\n'
    now = place(tmp_path, "GB", fact)
    assert facts_of(now.resolved).reading("equipment").status == "allowed"
    old = place(tmp_path, "GB", fact, date(2027, 11, 2))
    reading = facts_of(old.resolved).reading("equipment")
    assert reading.status == "unknown"
    assert reading.about.startswith("last checked on 2026-11-01, more than 12 months before 2027")
    options = load_catalogue().options
    found = open_questions(old.place, old.resolved, options, stale_law(old.resolved))
    asked = [question for question in found if question.field == "law.equipment"]
    assert not asked or "last checked on 2026-11-01" in asked[0].now


def test_a_date_ahead_of_the_clock_decides(tmp_path: Path) -> None:
    fact = '[law]\nequipment = { status = "allowed", citation = "an act", on = 2026-11-01 }\n'
    late = place(tmp_path, "GB", "as_of = 2027-12-01\n" + fact, READ)
    assert late.resolved.law["equipment"].status == "unknown"


def test_the_clock_is_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFRAMP_TODAY", "2031-02-03")
    assert today() == date(2031, 2, 3)
    monkeypatch.setenv("OFFRAMP_TODAY", "soon")
    with pytest.raises(InputError, match="2026-11-25"):
        today()
    monkeypatch.delenv("OFFRAMP_TODAY")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert today() == date(1970, 1, 1)


def test_a_state_builds_on_its_country(tmp_path: Path) -> None:
    loaded = place(tmp_path, "US", 'preset = "washington-state"\n')
    assert loaded.presets == ("washington-state", "united-states", "world")
    law = loaded.resolved.law
    assert law["naloxone_police"].status == "allowed"  # the state's
    assert (
        law["naloxone_police"].citation
        != read_preset("united-states").law["naloxone_police"].citation
    )
    assert law["consumption_site"] == read_preset("united-states").law[
        "consumption_site"
    ].model_copy(update={"basis": "preset"})


def test_what_a_state_calls_unknown_is_not_filled_from_its_country(tmp_path: Path) -> None:
    country = read_preset("canada").law["possession"]
    assert country.status == "allowed"
    from offramp.place.resolve import resolve

    state = Preset(
        id="a-state",
        name="A state",
        country="CA",
        whole_country=False,
        as_of=READ,
        law={"possession": LawFact(status="unknown", says="it differs here: ask")},
    )
    bare = place(tmp_path, "CA").place
    full = resolve(bare, [state, read_preset("canada"), read_preset("world")], READ)
    assert full.law["possession"].status == "unknown"


def test_a_preset_must_name_the_page_that_was_read() -> None:
    fact = LawFact(status="allowed", citation="an act", on=READ)
    with pytest.raises(ValueError, match="has no url"):
        Preset(id="a-land", name="A land", country="XX", as_of=READ, law={"possession": fact})


@pytest.mark.parametrize(
    ("country", "named", "words"),
    [
        ("US", "washington", 'did you mean "washington-state"'),
        ("CA", "british-colombia", 'did you mean "british-columbia"'),
        ("KE", "scotland", "which is for GB"),
    ],
)
def test_a_wrong_preset_is_refused_with_what_would_be_right(
    country: str, named: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=words):
        place(tmp_path, country, f'preset = "{named}"\n')


@pytest.mark.parametrize("preset_id", ALL)
def test_a_place_can_be_made_with_each_preset(preset_id: str, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    assert main(["place", "new", str(folder), "--name=Town", f"--preset={preset_id}"]) == 0
    made = load(folder, READ)
    assert made.place.preset == preset_id and made.presets[0] == preset_id
    assert made.place.country == read_preset(preset_id).country


def test_the_preset_is_asked_for_where_a_country_has_parts(tmp_path: Path) -> None:
    typed = "Eugene\nUS\nnowhere\noregon\n\n\n\n\n\n"
    result = CliRunner().invoke(app, ["new", str(tmp_path / "e")], input=typed)
    assert result.exit_code == 0, result.output
    assert "none of the numbers or ids" in result.output
    assert load(tmp_path / "e", READ).place.preset == "oregon"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--preset=orgon", "--country=US"], 'did you mean "oregon"'),
        (["--preset=oregon", "--country=KE"], "is for US"),
    ],
)
def test_place_new_refuses_a_wrong_preset(
    flags: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["place", "new", str(tmp_path / "x"), "--name=Town", *flags]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_the_documents_list_every_preset() -> None:
    text = (Path(__file__).parents[1] / "docs" / "place.md").read_text(encoding="utf-8")
    _, _, text = text.partition("## Law by country")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    told = {word for row in rows for word in row.split("`")[1::2] if not word.startswith("offramp")}
    assert told == set(ALL)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_sentences_of_presets_can_be_translated(path: Path) -> None:
    for topic, fact in read_preset(path.stem).law.items():
        for sentence in fact.says.replace(";", ".").replace(":", ".").split(". "):
            assert len(sentence.split()) <= 45, f"{topic}: {sentence}"


def test_a_year_before_a_leap_day_is_the_day_before() -> None:
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)
