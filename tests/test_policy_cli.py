"""`offramp policy` from the command line: its contracts, its files, and bad input."""

import json
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path

import jsonschema
import pytest

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.languages.current import speaking
from offramp.policy.vocabulary import vocabulary
from tests.policy_sample import CASES, POLICY, RULES, templates, write_policy

SCHEMAS = Path(offramp.__file__).parent / "schemas"
SOUTH_WALES = Path(__file__).parents[1] / "places" / "south-wales"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def words(*given: object) -> tuple[int, str, str]:
        code = main(["policy", *map(str, given)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return words


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_policy(tmp_path / "place" / "policy")
    return tmp_path / "place"


def matches(name: str, text: str) -> dict:
    document = json.loads(text)
    schema = json.loads((SCHEMAS / f"policy-{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    return document


def test_decide_keeps_its_contract(run: Run, place: Path):
    code, out, _ = run("decide", place, "--fact", "overdose=yes", "--json", "--at", "2026-11-23")
    answer = matches("decide", out)
    assert code == 0
    assert answer["policy"]["version"] == "2026-1"
    assert answer["policy"]["in_force"] == {"from": "2026-01-01", "to": None}
    (option,) = answer["options"]
    assert option["id"] == "no-arrest-at-overdose" and option["clause"] == "1"
    assert option["name_goes_to"] == "nobody"
    assert [limit["rule"] for limit in answer["limits"]] == ["overdose"]


def test_check_keeps_its_contract(run: Run, place: Path):
    code, out, _ = run("check", place, "--json")
    assert (code, matches("check", out)) == (0, {"ok": True, "problems": []})
    (place / "policy" / "rules.toml").write_text(
        RULES.replace('overdose = ["no"] }', 'overdose = "no", age = "adult" }'), "utf-8"
    )
    code, out, _ = run("check", place, "--json")
    found = matches("check", out)
    assert code == 1 and not found["ok"]
    assert {"overdose": "no", "age": "child"} in [one["example"] for one in found["problems"]]


def test_diff_replay_explain_and_bundle_keep_their_contracts(run: Run, place: Path, tmp_path: Path):
    other = tmp_path / "other"
    write_policy(other / "policy")
    rules = other / "policy" / "rules.toml"
    rules.write_text(RULES.replace('overdose = ["no"] }', 'overdose = ["yes"] }'), "utf-8")
    for a, b in ((place, other), (SOUTH_WALES, other), (place, place)):
        _, out, _ = run("diff", a, b, "--json")
        assert matches("diff", out)["same"] == (a == b)
    contacts = tmp_path / "contacts.csv"
    for text in ("found\ncannabis\n", "month,found,ended,drugs,n\n2026-01,yes,arrest,yes,3\n"):
        contacts.write_text(text, "utf-8")
        _, out, _ = run("replay", SOUTH_WALES, contacts, "--json")
        assert matches("replay", out)["contacts"] == (3 if "arrest" in text else 1)
    _, out, _ = run("explain", place, "-o", tmp_path / "out", "--json")
    assert all(Path(file).is_file() for file in matches("explain", out)["files"])
    for one in (place, SOUTH_WALES):
        _, out, _ = run("bundle", one, "--json")
        matches("bundle", out)


@pytest.mark.parametrize("lang", ["en", "es", "pt", "ru"])
def test_an_answer_reads_in_four_languages(lang: str, run: Run, place: Path):
    code, out, err = run("decide", place, "--fact", "overdose=no", "--lang", lang)
    assert code == 0
    question = {"en": "What was found?", "es": "¿Qué se encontró?", "ru": "Что найдено?"}
    assert question.get(lang, "O que foi encontrado?") in out
    assert ("Note:" in err) == (lang != "en")


def test_an_encounter_file_says_the_same_as_the_words(run: Run, place: Path, tmp_path: Path):
    facts = dict.fromkeys(vocabulary().facts, "not_known") | {"overdose": "yes"}
    path = tmp_path / "encounter.json"
    path.write_text("\ufeff" + json.dumps(facts).replace(", ", ",\r\n"), encoding="utf-8")
    code, out, _ = run("decide", place, path, "--json")
    assert code == 0
    assert out == run("decide", place, "--fact", "overdose=yes", "--json")[1]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"overdose": None}, "overdose is missing; add"),
        ({"weather": "rain"}, "weather is not a fact"),
        ({"age": "old"}, 'age is "old"; it must be one of child'),
        ({"age": 30}, "age is 30; it must be text"),
        ({"found": "nothing", "amount": "2 g"}, "but nothing was found"),
        ({"found": "cannabis", "equipment_only": "yes"}, "cannot be"),
        ({"found": "cannabis", "amount": "3 tablets"}, "the threshold for cannabis is 10 g"),
        ({"amount": "3"}, "with its unit"),
        ({"previous_offers": "2"}, "must not decide"),
    ],
)
def test_a_wrong_encounter_file_is_refused_with_its_line(
    facts: dict, said: str, run: Run, place: Path, tmp_path: Path
):
    whole = dict.fromkeys(vocabulary().facts, "not_known") | facts
    given = {fact: value for fact, value in whole.items() if value is not None}
    path = tmp_path / "encounter.json"
    path.write_text(json.dumps(given, indent=1), encoding="utf-8")
    code, out, err = run("decide", place, path)
    assert (code, out) == (1, "")
    assert said in err
    if None not in whole.values():
        assert "encounter.json, line " in err


def test_all_faults_of_an_encounter_are_told_at_once(run: Run, place: Path):
    code, _, err = run(
        "decide", place, "--fact", "age=old", "--fact", "wether=dry", "--fact", "danger"
    )
    assert code == 1 and len(err.splitlines()) == 3


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"age": "adult", "age": "child"}', "\xff", '"adult"']
)
def test_a_file_that_is_no_encounter_is_refused(text: str, run: Run, place: Path, tmp_path: Path):
    path = tmp_path / "encounter.json"
    path.write_bytes(text.encode("latin-1"))
    code, out, err = run("decide", place, path)
    assert (code, out) == (1, "") and err.startswith(str(path))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("policy", 'unit = "g"\n', ""), "thresholds[1].unit is missing"),
        (("policy", 'unit = "g"', 'unit = "grams"'), 'unit is "grams"; it must be one of'),
        (("policy", '["en"]', '["en", "fr"]'), "languages[2]"),
        (("policy", "= 2026-01-01", '= "soon"'), "effective_from"),
        (("rules", "overdose = [", "overdos = ["), 'did you mean "overdose"?'),
        (("rules", 'consent = ["yes"]', 'consent = ["maybe"]'), 'is "maybe"'),
        (("rules", '"no-arrest-at-overdose"', '"no-arrest"'), "is not in the catalogue"),
        (("rules", 'clause = "2"', 'clause = "9"'), 'is "9", which is no clause'),
        (("rules", '["arrest", "search"]', '["arrest", "serch"]'), 'did you mean "search"?'),
        (("rules", 'id = "rest"', 'id = "refer"'), 'is "refer" again'),
        (("rules", 'leaves = ["arrest"]\n', ""), "permits, forbids and leaves nothing"),
        (("rules", "overdose = [", "times_offered = ["), "must not decide"),
        (("cases", 'amount = "2 g"', 'amount = "2 stones"'), 'is "2 stones"'),
        (("cases", 'danger = "no"\n', ""), "lacks danger"),
        (("cases", 'limits = ["rest"]', 'limits = ["best"]'), 'did you mean "rest"?'),
    ],
)
def test_a_wrong_policy_is_reported_with_file_and_line(
    change: tuple[str, str, str], said: str, run: Run, place: Path
):
    name, old, new = change
    texts = {"policy": POLICY, "rules": RULES, "cases": CASES}
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new, 1)
    write_policy(place / "policy", **texts)
    code, out, err = run("check", place)
    assert code == 1 and said in err
    assert f"{name}.toml, line " in err
    _, out, _ = run("check", place, "--json")
    assert matches("check", out)["problems"]


def test_all_problems_of_all_files_are_told_at_once(run: Run, place: Path):
    write_policy(
        place / "policy",
        POLICY.replace('"g"', '"grams"'),
        RULES.replace('["yes"]', '["yess"]'),
        CASES.replace('limits = ["rest"]', 'limits = ["best"]'),
    )
    _, _, err = run("check", place)
    assert all(f"{name}.toml, line" in err for name in ("policy", "rules", "cases"))


def test_two_versions_at_once_answer_nothing(run: Run, place: Path, tmp_path: Path):
    write_policy(place / "policy" / "other", POLICY.replace("2026-1", "2025-9"))
    for words in (("decide", place), ("bundle", place, "-o", tmp_path / "b" / "b.json")):
        code, out, err = run(*words)
        assert (code, out) == (1, "") and "two versions at once" in err
    assert not (tmp_path / "b").exists()


def test_a_day_without_policy_is_told(run: Run, place: Path):
    code, _, err = run("decide", place, "--at", "2020-01-01")
    assert code == 1 and "no version is in force on 2020-01-01" in err
    assert run("decide", place, "--at", "yesterday")[0] == 2


def test_a_bundle_answers_like_the_place_and_is_refused_when_changed(
    run: Run, place: Path, tmp_path: Path
):
    path = tmp_path / "bundle.json"
    assert run("bundle", place, "-o", path)[0] == 0
    assert (tmp_path / "policy-twin.js").is_file()
    words = ("--fact", "overdose=yes", "--json", "--at", "2026-06-01")
    assert run("decide", path, *words)[1] == run("decide", place, *words)[1]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Help is here.", "Hold still."), encoding="utf-8")
    code, out, err = run("decide", path, *words)
    assert (code, out) == (1, "") and "hash is" in err and "line 2" in err
    path.write_text("{}", encoding="utf-8")
    assert "not a policy bundle" in run("decide", path, *words)[2]


@pytest.mark.parametrize("name", templates())
def test_a_new_policy_carries_the_name_of_the_place_and_answers_today(
    name: str, run: Run, tmp_path: Path
):
    shutil.copytree(SOUTH_WALES, tmp_path / "p", ignore=shutil.ignore_patterns("policy"))
    assert run("new", tmp_path / "p", "--template", name)[0] == 0
    code, out, _ = run("decide", tmp_path / "p", "--json")
    assert code == 0
    assert json.loads(out)["policy"]["agency"] == "South Wales (police area)"
    code, _, err = run("new", tmp_path / "p", "--template", name)
    assert code == 1 and "exists already" in err


def test_a_template_that_does_not_exist_writes_nothing(run: Run, tmp_path: Path):
    shutil.copytree(SOUTH_WALES, tmp_path / "p", ignore=shutil.ignore_patterns("policy"))
    code, _, err = run("new", tmp_path / "p", "--template", "recorded-warnin")
    assert code == 1 and 'did you mean "recorded-warning"?' in err
    assert not (tmp_path / "p" / "policy").exists()


def test_a_place_without_policy_says_how_to_make_one(run: Run, tmp_path: Path):
    code, _, err = run("check", tmp_path)
    assert code == 1 and "offramp policy new" in err
    assert "does not exist" in run("decide", tmp_path / "nowhere")[2]


def test_diff_says_in_words_which_encounters_change(run: Run, place: Path, tmp_path: Path):
    other = tmp_path / "other"
    rules = RULES.replace('consent = ["yes"], ', "").replace("Life first.", "Life, first.")
    write_policy(other / "policy", POLICY.replace("at_most = 10", "at_most = 15"), rules)
    code, out, _ = run("diff", place, other, "--json")
    found = json.loads(out)
    assert code == 0 and not found["same"]
    kinds = {change["kind"] for change in found["changes"]}
    assert kinds == {"option_added", "threshold", "text"}
    (added,) = [change for change in found["changes"] if change["kind"] == "option_added"]
    assert added["when"]["consent"] == ["no", "not_known"]
    assert "the person does not agree" in added["words"]
    back = json.loads(run("diff", other, place, "--json")[1])
    assert "option_removed" in {change["kind"] for change in back["changes"]}
    assert json.loads(run("diff", place, place, "--json")[1])["same"]
    assert "10 g before, 15 g now" in run("diff", place, other)[1]


def test_diff_sees_that_the_order_changed(run: Run, place: Path, tmp_path: Path):
    blocks = RULES.split("[[rules]]")
    more = (
        blocks[2]
        .replace('id = "refer"', 'id = "warn"')
        .replace("officer-led-deflection", "recorded-warning")
    )
    for folder, order in ((place, [blocks[2], more]), (tmp_path / "other", [more, blocks[2]])):
        rules = "[[rules]]".join([blocks[0], blocks[1], *order, blocks[3]])
        write_policy(folder / "policy", rules=rules, cases=None)
    found = json.loads(run("diff", place, tmp_path / "other", "--json")[1])
    assert [change["kind"] for change in found["changes"]] == ["order"]
    assert found["changes"][0]["id"] == "recorded-warning"


def test_explain_writes_a_document_and_a_card(run: Run, place: Path, tmp_path: Path):
    code, _, _ = run("explain", place, "-o", tmp_path / "out", "--lang", "ru")
    assert code == 0
    page = (tmp_path / "out" / "policy.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page and "Life first." in page
    assert "Некоторые тексты этих правил есть только на другом языке" in page
    card = (tmp_path / "out" / "card.html").read_text(encoding="utf-8")
    with speaking("ru"):
        name = load_catalogue().options["no-arrest-at-overdose"].name
    assert name != "No arrest at an overdose"
    assert escape(name) in card and "Help is here." in card
    for name in ("policy.pdf", "card.pdf"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"%PDF")
    assert run("explain", place, "--lang", "fr")[0] == 1
