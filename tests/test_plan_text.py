"""The plan in the terminal: 79 columns that stay apart, nothing cut off, no certainty."""

from __future__ import annotations

from typing import Any

from offramp.brief.plan_text import HEADS, WIDTH, plan_text

NAME = "Treatment with methadone or buprenorphine: in custody, at release and at the clinic door"
NOTICE = "Worked example from public data; not by, for or endorsed by anybody."


def row(name: str, status: str, *cells: tuple[float, float, float, float | None]) -> dict[str, Any]:
    effects = [
        {"measure": measure, "unit": "a year", "today": 2257.6, "change": change, "low": low,
         "high": high, "chance_better": chance}
        for measure, (change, low, high, chance) in zip(HEADS, cells, strict=True)
    ]  # fmt: skip
    return {"id": name, "name": name, "fit": {"status": status}, "effects": effects}


def results(**changed: Any) -> dict[str, Any]:
    still = (0.0, 0.0, 0.0, 0.5)
    wide = (-12345.0, -129_000.0, 134_000.0, 0.66)
    told = {
        "place": {"name": "Testtown", "example_notice": NOTICE},
        "horizon_years": 1, "draws": 8, "people": 1000, "seed": 1, "run": "0",
        "options": [
            row(NAME, "ready_with_agreement", (-54.0, -120.0, -2.0, 1.0), wide, wide),
            row("Another", "not_known", still, (5.0, 1.0, 9.0, 0.0), still),
        ],
        "comparison": row("Comparison: more arrests", "comparison", wide, wide, wide),
        "calibrated": None, "not_simulated": [], "tipping": None,
    }  # fmt: skip
    return told | changed


def test_columns_stay_apart_and_nothing_is_cut_off() -> None:
    text = plan_text(results())
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(NAME.split()) in " ".join(text.split())
    assert "…" not in text
    ranges = [line.split("  ") for line in lines if line.count(" to ") == 3]
    assert [len([part for part in parts if part]) for parts in ranges] == [3, 3]


def test_no_chance_is_certain_and_no_change_has_none() -> None:
    text = plan_text(results())
    assert "−50 (over 99%)" in text
    assert "+5 (under 1%)" in text
    assert "50%" not in text
    assert "100%" not in text


def test_answers_are_worded_as_in_fit_and_explained() -> None:
    text = plan_text(results())
    assert "  ready with an agreement" in text
    assert "  not known: ask" in text
    assert "as 'offramp fit' says" in text


def test_examples_have_their_notice() -> None:
    assert NOTICE in plan_text(results()).replace("\n", " ")
    bare = results(place={"name": "Testtown", "example_notice": None})
    assert "endorsed" not in plan_text(bare)


def test_columns_that_no_series_tells_of_are_named() -> None:
    found = {
        "window": ["2016-Q1", "2024-Q3"], "quality": {"met": True}, "rolling": None,
        "without_data": ["contacts", "acquisitive_offences", "violent_offences"],
    }  # fmt: skip
    said = " ".join(plan_text(results(calibrated=found)).split())
    assert "No series of the place tells of thefts and arrests" in said
    said = " ".join(plan_text(results(calibrated=found | {"without_data": []})).split())
    assert "No series" not in said
