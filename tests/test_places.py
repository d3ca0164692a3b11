"""What holds for every example place: it checks clean, and says what it is and where it is from."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from offramp.brief.page_one import MEASURES
from offramp.place.check import checked
from offramp.place.load import load
from offramp.place.schema import SERVICES, Series

PLACES = Path(__file__).parents[1] / "places"
FOLDERS = sorted(path.parent for path in PLACES.glob("*/place.toml"))


def test_there_are_three_example_places() -> None:
    assert [folder.name for folder in FOLDERS] == [
        "british-columbia",
        "philadelphia",
        "south-wales",
    ]


def text(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "place.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
class TestEveryPlace:
    def test_the_check_finds_nothing_wrong(self, folder: Path) -> None:
        answer, loaded = checked(folder)
        assert answer == {"ok": True, "problems": []}
        assert loaded is not None

    def test_it_says_that_it_is_an_example_and_that_nobody_was_asked(self, folder: Path) -> None:
        place = text(folder)
        assert place["example_notice"].startswith(
            "Worked example from public data; not by, for or endorsed by "
        )
        assert len(place["heard"]) == 6
        assert not any(entry["asked"] for entry in place["heard"])
        assert "priorities" not in place

    def test_every_service_is_spoken_of(self, folder: Path) -> None:
        assert set(text(folder)["services"]) == set(SERVICES)

    def test_every_file_is_named_in_the_readme(self, folder: Path) -> None:
        readme = (folder / "README.md").read_text(encoding="utf-8")
        kinds = (".csv", ".toml", ".py")
        names = {path.name for path in folder.iterdir() if path.suffix in kinds}
        assert {name for name in names if name not in readme} == set()

    def test_files_that_a_source_names_are_there(self, folder: Path) -> None:
        words = (folder / "place.toml").read_text(encoding="utf-8").replace('"', " ").split()
        named = {word.strip("(),.:;") for word in words if word.strip("(),.:;").endswith(".csv")}
        assert named
        assert {name for name in named if not (folder / name).is_file()} == set()

    def test_calibration_looks_at_numbers_and_at_today(self, folder: Path) -> None:
        """The periods of today are among those of calibration, and none of them is withheld."""
        loaded = load(folder)
        for series in loaded.place.outcomes:
            assert series.use_from
            assert series.use_to
            today = [
                row
                for row in loaded.series[series.id]
                if series.use_from <= row.period <= series.use_to
            ]
            assert today
            assert all(row.count is not None for row in today), series.id
            if series.calibrate_from and series.calibrate_to:
                assert series.calibrate_from <= series.use_from
                assert series.use_to <= series.calibrate_to

    def test_the_script_names_the_raw_files_that_it_misses(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        script = runpy.run_path(str(folder / "make_extracts.py"))
        assert script["main"]([str(tmp_path)]) == 1
        said = capsys.readouterr().err
        assert all(name in said for name in script["RAW"].values())


def test_a_briefing_has_a_word_for_every_measure_that_a_series_may_have() -> None:
    assert set(MEASURES) == set(Series.model_fields["measure"].annotation.__args__)  # type: ignore[union-attr]
