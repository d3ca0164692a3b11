"""What holds for every chart."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from vl_convert import get_format_locale

from offramp.documents.charts import (
    Bar,
    Chart,
    ChartWords,
    EffectPanel,
    EffectRow,
    ModelPoint,
    Observed,
    Range,
    bar_chart,
    interval_chart,
    time_series,
)
from offramp.documents.charts.drawing import LOCALES
from offramp.languages.current import LANGUAGES
from offramp.languages.formats import separators


def words_of(chart: Chart) -> list[str]:
    return [
        text
        for element in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")
        for text in element.itertext()
    ]


def effects() -> list[EffectPanel]:
    rows = [
        EffectRow("First <way> & out", Range(-6, -3, -1), group="Ready"),
        EffectRow("Second way", Range(-6, 0.5, 4), group="Ready"),
        EffectRow("Third way", None, group="Needs law"),
    ]
    return [
        EffectPanel("Deaths", "a year", rows, better="lower"),
        EffectPanel("Trust", "points", rows, better="higher"),
    ]


def test_the_same_numbers_give_the_same_drawing() -> None:
    assert interval_chart(effects()) == interval_chart(effects())


def test_every_label_group_and_outcome_is_written() -> None:
    words = words_of(interval_chart(effects()))
    wanted = ["First <way> & out", "Second way", "Third way", "Ready", "Needs law", "Deaths"]
    assert set(wanted) <= set(words)
    assert words.count("not known") == 2
    assert {"fewer is better", "more is better"} <= set(words)


def test_a_range_across_zero_has_a_hollow_dot_and_others_a_filled_one() -> None:
    svg = interval_chart(effects()[:1]).svg
    dots = re.findall(r'<path aria-label[^>]*>|<path transform[^>]*stroke-width="1.6"[^>]*>', svg)
    assert sorted(re.findall(r'fill="([^"]+)"', "".join(dots))) == ["#0b5c6b", "white"]


def test_panels_with_other_rows_are_refused() -> None:
    other = EffectPanel("Trust", "points", [EffectRow("Else", None)])
    with pytest.raises(ValueError, match="same labels"):
        interval_chart([effects()[0], other])


def test_the_words_of_charts_can_be_translated() -> None:
    words = ChartWords(not_known="неизвестно", lower="чем меньше, тем лучше")
    said = words_of(interval_chart(effects(), language="ru", words=words))
    assert {"неизвестно", "чем меньше, тем лучше"} <= set(said)


def test_no_line_is_drawn_across_a_gap_or_to_an_unfinished_year() -> None:
    whole = [Observed(2018 + n, 50 + n) for n in range(6)]
    gap = [Observed(p.x, None if p.x == 2020 else p.y) for p in whole]

    def lines(chart: Chart) -> int:
        return len(re.findall(r'<path[^>]*stroke="#1b2733"[^>]*stroke-width="1.2"', chart.svg))

    assert lines(time_series(whole)) == 1
    assert lines(time_series(gap)) == 2
    assert "year not complete" in words_of(time_series(whole, partial=[2023]))


def test_the_range_of_a_single_point_is_drawn() -> None:
    chart = time_series([Observed(2020, 60)], [ModelPoint(2020, Range(50, 61, 70))])
    (band,) = re.findall(r'<line[^>]*stroke="#[0-9a-f]{6}" stroke-width="18"[^>]*>', chart.svg)
    (height,) = re.findall(r'y2="(-?[0-9.]+)"', band)
    assert abs(float(height)) == pytest.approx(200 * 20 / 70, rel=0.3)


def test_a_series_says_how_many_points_the_model_holds() -> None:
    points = [Observed(2020, 60), Observed(2021, 100)]
    model = [ModelPoint(x, Range(50, 60, 70)) for x in (2020, 2021)]
    assert "holding 1 of 2 points" in time_series(points, model, y_title="Deaths").alt


def test_bars_carry_their_values() -> None:
    chart = bar_chart([Bar("Arrest", 20, "20", "(40%)"), Bar("None", 0, "0")], title_x="Ends")
    words = words_of(chart)
    assert {"Arrest", "None", "20  (40%)", "0", "Ends"} <= set(words)
    assert chart.alt == "Ends: Arrest 20, None 0."


@pytest.mark.parametrize("kind", ["effects", "series", "bars"])
def test_charts_fit_the_page_and_use_our_typeface_only(kind: str) -> None:
    chart = {
        "effects": lambda: interval_chart(effects()),
        "series": lambda: time_series([Observed(2020, 5), Observed(2021, 6)]),
        "bars": lambda: bar_chart([Bar("A", 1, "1")]),
    }[kind]()
    assert 560 <= chart.width <= 680
    assert set(re.findall(r'font-family="([^"]+)"', chart.svg)) == {"Offramp Sans"}
    assert "href" not in chart.svg
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)px"', chart.svg)}
    assert min(sizes) >= 11


def test_a_chart_without_anything_to_show_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a panel"):
        interval_chart([])
    with pytest.raises(ValueError, match="at least one point"):
        time_series([])
    with pytest.raises(ValueError, match="at least one bar"):
        bar_chart([])


@pytest.mark.parametrize("code", LANGUAGES)
def test_charts_write_numbers_as_the_text_beside_them_does(code: str):
    drawn = get_format_locale(LOCALES[code])
    point, comma = separators(LANGUAGES[code].locale)
    assert (drawn["decimal"], drawn["thousands"]) == (point, comma)
