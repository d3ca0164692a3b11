from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from offramp.catalogue.load import load, read_all
from offramp.catalogue.problems import InputError

SMALL = Path(__file__).parent / "small_catalogue"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "catalogue"))


def test_the_packaged_catalogue_loads_and_knows_its_comparison() -> None:
    catalogue = load()
    assert catalogue.comparison.id == "more-arrests"
    assert "more-arrests" not in catalogue.candidates
    assert len(catalogue.candidates) == len(catalogue.options) - 1


def test_records_are_sorted_and_read_once(folder: Path) -> None:
    catalogue = load(folder)
    assert list(catalogue.evidence) == sorted(catalogue.evidence)
    assert list(catalogue.candidates) == ["card"]
    assert catalogue.comparison.id == "more"
    assert load(folder) is catalogue


def test_the_hash_ignores_line_ends_and_sees_every_other_change(folder: Path) -> None:
    before = read_all(folder)[0].hash
    path = folder / "evidence" / "liked.toml"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_all(folder)[0].hash == before
    path.write_text(text + "# a comment\n", encoding="utf-8")
    assert read_all(folder)[0].hash != before


def test_the_hash_sees_text_move_between_files(folder: Path) -> None:
    before = read_all(folder)[0].hash
    (folder / "indicators" / "iP2.toml").write_text(
        (folder / "indicators" / "iP1.toml").read_text(encoding="utf-8").replace("iP1", "iP2"),
        encoding="utf-8",
    )
    assert read_all(folder)[0].hash != before


def test_faults_of_all_files_come_together(folder: Path) -> None:
    (folder / "evidence" / "liked.toml").write_text("id = \n", encoding="utf-8")
    option = folder / "options" / "card.toml"
    option.write_text(
        option.read_text(encoding="utf-8").replace("stop_rule", "stop_rul"), encoding="utf-8"
    )
    with pytest.raises(InputError) as failed:
        load(folder)
    assert {p.file for p in failed.value.problems} == {"evidence/liked.toml", "options/card.toml"}


def test_an_id_must_be_the_name_of_its_file(folder: Path) -> None:
    (folder / "options" / "card.toml").rename(folder / "options" / "cards.toml")
    with pytest.raises(InputError, match=r'options/cards\.toml, line 1: id is "card"'):
        load(folder)
