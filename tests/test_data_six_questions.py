"""The six questions to people who use drugs: on paper in four languages; only totals come in."""

import io
import json
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.words import read_words, wrong_words
from offramp.cli.app import main
from offramp.data.importing import check_files
from offramp.data.paper.sheet import files, languages, words_in
from offramp.data.raw import sources
from offramp.data.reading import Options, read_file
from offramp.data.rules import read_rules

LANGUAGES = ("en", "es", "pt", "ru")
TOTALS = "period,question,asked,yes\n2026-Q1,1,36,30\n2026-Q1,5,34,9\n"
GROUPED = (
    "period,question,asked,yes,group_kind,group,area\n"
    "2026-Q1,1,36,30,,,Harbour\n2026-Q1,1,12,11,sex,female,Harbour\n"
)


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        check_files(sources([path]), Options())
    return caught.value.problems


def test_the_sheet_has_the_same_parts_in_four_languages():
    assert tuple(languages()) == LANGUAGES
    english = words_in("en")
    for language in LANGUAGES:
        words = words_in(language)
        assert set(words) == set(english)
        assert len(words["questions"]) == 6
        assert len(words["service"]) == len(english["service"])
        assert "period, question, asked" in words["file"]
        # nothing was left in English but names of columns and commands
        same = [k for k, v in words.items() if v == english[k] and k not in ("reviewed", "no")]
        assert language == "en" or not same


def test_the_english_sheet_has_no_forbidden_word():
    import offramp

    words = words_in("en")
    text = "\n".join(
        v if isinstance(v, str) else "\n".join(v) for v in words.values() if v is not True
    )
    home = Path(offramp.__file__).parent / "languages/en/words.toml"
    assert not wrong_words(text, read_words(home).forbidden)


def test_the_indicator_reads_six_questions():
    read = load_catalogue().indicators["iC6"].read
    assert [one.numerator.where["question"] for one in read] == [[f"iC6.{n}"] for n in range(1, 7)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_and_word_file_hold_every_question_once_on_each_page(language: str):
    made = files(language)
    words = words_in(language)
    pages = PdfReader(io.BytesIO(made[f"six-questions-{language}.pdf"])).pages
    assert len(pages) == 2  # one sheet to hand out, one page for the service
    for page in pages:
        text = "".join(page.extract_text().split())
        for question in words["questions"]:
            assert text.count("".join(question.split())) == 1
    word = docx.Document(io.BytesIO(made[f"six-questions-{language}.docx"]))
    assert word.core_properties.title == words["title"]
    assert len(word.tables) == 2
    for table in word.tables:
        assert [row.cells[0].text for row in table.rows[1:]] == [
            f"{n}. {question}" for n, question in enumerate(words["questions"], 1)
        ]


def test_totals_come_in_with_their_share(tmp_path: Path):
    path = tmp_path / "totals.csv"
    path.write_text(GROUPED, "utf-8")
    frames = []
    read_file(sources([path])[0], Options(agency="the-harbour"), lambda t, f: frames.append((t, f)))
    ((table, frame),) = frames
    assert table == "surveys"
    rows = frame[["period", "area", "question", "group_kind", "group", "asked", "yes"]]
    assert rows.to_numpy().tolist() == [
        ["2026-Q1", "Harbour", "iC6.1", "all", "all", 36, 30],
        ["2026-Q1", "Harbour", "iC6.1", "sex", "female", 12, 11],
    ]
    assert frame["share"].round(4).tolist() == [0.8333, 0.9167]
    assert frame["n_effective"].tolist() == [36.0, 12.0]


def test_every_fault_of_totals_is_told_at_once(tmp_path: Path):
    path = tmp_path / "totals.csv"
    path.write_text(TOTALS + "2026-Q1,2,9,1\n2026-Q1,3,20,21\n2026-Q1,1,40,2\n2026-Q1,7,40,2\n")
    found = problems(path)
    assert [(p.line, p.field) for p in found] == [
        (4, "asked"),
        (5, "yes"),
        (6, "question"),
        (7, "question"),
    ]
    assert "fewer than 10 people" in found[0].problem


def test_rows_of_people_are_refused_for_these_questions(tmp_path: Path):
    rules = tmp_path / "mapping.toml"
    rules.write_text(
        'id = "x"\nname = "Answers"\nheader = ["q1"]\n[[read]]\ntable = "surveys"\n'
        '[read.columns]\nperiod = { is = "2026" }\n'
        '[[read.questions]]\nid = "iC6.1"\nfrom = "q1"\nyes = ["y"]\nno = ["n"]\n',
        "utf-8",
    )
    with pytest.raises(InputError, match="answers of people who use drugs"):
        read_rules(rules)


def test_the_command_writes_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    import jsonschema

    import offramp

    assert main(["data", "survey", "--lang", "ru", "-o", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schema = Path(offramp.__file__).parent / "schemas/data-survey.schema.json"
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "six-questions-ru.docx",
        "six-questions-ru.pdf",
        "six-questions-totals.csv",
    ]
    assert main(["data", "survey", "--lang", "xx", "-o", str(tmp_path)]) == 1
    assert "one of en, es, pt, ru" in capsys.readouterr().err
