"""What a study finds, said in words."""

from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.learn.fitted import Fitted, in_words_of_the_study, percent_of_log
from offramp.learn.text import p_text
from offramp.learn.verdict import change
from tests.evaluation_sample import write_study


@pytest.mark.parametrize(
    ("value", "words"), [(-12.3, "12% lower"), (4.26, "4.3% higher"), (0.01, "no change")]
)
def test_changes_are_said_in_words(value: float, words: str):
    assert change(value, "percent") == words


def test_what_could_have_been_seen_is_told_on_the_better_side():
    """A standard error of 0.5 on the log scale: 75% lower or 306% higher."""
    fitted = Fitted(0.0, -1.0, 1.0, 0.9, 0.5, 0.95, "")
    for better, size in (("lower", 75.3), ("higher", 305.5)):
        found = in_words_of_the_study(fitted, percent_of_log, "percent", better)
        assert found.detectable == pytest.approx(size, abs=0.1)


def test_the_terminal_gets_at_most_80_columns_and_no_p_value_of_nought(tmp_path: Path, capsys):
    study = write_study(tmp_path, effect=-0.5, treated=10, seed=2)
    text = study.read_text().replace("permutations = 199", 'inference = "wild_bootstrap"')
    study.write_text(
        text.replace('"Did the pilot', '"In all of the areas of the county, did the pilot')
    )
    assert main(["learn", "evaluate", str(study)]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert [p_text(p) for p in (0.0, 0.0009, 0.04)] == ["p < 0.001", "p < 0.001", "p = 0.040"]
