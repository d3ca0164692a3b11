"""Weeks are read as the calendar has them; a month with the first day in it is left out."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from offramp.learn.evaluate import evaluate
from tests.evaluation_sample import TODAY, problems_of, write_study


def test_a_day_inside_a_month_leaves_that_month_out(tmp_path: Path):
    study = write_study(tmp_path, effect=-0.5)
    text = study.read_text(encoding="utf-8").replace('"2019-01"', "2018-12-15")
    study.write_text(text, encoding="utf-8")
    found = evaluate(study, TODAY)
    assert found.checks[0].numbers == {"before": 35, "after": 24}


def weekly(folder: Path, effect: float, start: str, *, iso: bool = False) -> Path:
    """Five years of weeks with a season, from Monday 7 January 2019; 160 of them before."""
    random = np.random.default_rng(8)
    rows = ["week,overdoses"]
    for t in range(260):
        monday = date(2019, 1, 7) + timedelta(weeks=t)
        season = 0.2 * np.sin(2 * np.pi * t / 52.18)
        mean = 60 * np.exp(season + (effect if t >= 160 else 0.0))
        year, week, _ = monday.isocalendar()
        rows.append(f"{f'{year}-W{week:02d}' if iso else monday},{random.poisson(mean)}")
    (folder / "panel.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(
        f"""name = "Outreach after an overdose"
question = "Did outreach lower overdoses?"
design = "interrupted_time_series"
smallest_effect = {{ value = 15 }}
[data]
file = "panel.csv"
period = "week"
kind = "week"
[outcome]
name = "overdoses"
column = "overdoses"
better = "lower"
[intervention]
what = "outreach"
date = {start}
""",
        encoding="utf-8",
    )
    return folder / "study.toml"


@pytest.mark.parametrize(
    ("start", "iso", "after"), [('"2022-01-31"', False, 100), ("2022-02-02", True, 99)]
)
def test_weeks_are_read_as_mondays_or_iso_weeks(tmp_path: Path, start: str, iso: bool, after: int):
    found = evaluate(weekly(tmp_path, -0.5, start, iso=iso), TODAY)
    assert found.verdict.word == "helps", found.verdict
    assert found.estimate.low < 100 * (np.exp(-0.5) - 1) < found.estimate.high
    assert found.checks[0].numbers == {"before": 160, "after": after}


def test_a_week_that_does_not_begin_on_monday_is_refused(tmp_path: Path):
    study = weekly(tmp_path, 0.0, '"2022-01-31"')
    table = tmp_path / "panel.csv"
    table.write_text(table.read_text().replace("2019-01-14", "2019-01-15"))
    assert problems_of(study) == [
        f'{table}, line 3: week is "2019-01-15"; weeks are written as 2019-04-01 (its Monday)'
    ]
