"""Names in a study that nobody knows: what is most like them, and what lists them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.model.parameters import declared
from offramp.place.preset import preset_ids
from offramp.validate.load import packaged
from offramp.validate.measuring import COHORT, PLACE
from offramp.validate.names import LISTED
from tests.validate_sample import PLACE as STUDY
from tests.validate_sample import changed, only

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("old", "new", "near", "all_of_them"),
    [
        ('"nsp_coverage"', '"needle_coverage"', "nsp_coverage", "docs/model/parameters.md"),
        ('"nsp_coverage"', '"nsp"', "nsp_coverage", "docs/model/parameters.md"),
        ('"nsp_coverage"', '"zzzz"', "", "docs/model/parameters.md"),
        ('"fatal_overdoses"', '"overdose_deaths"', "fatal_overdoses", "docs/validation-study.md"),
        ('"fatal_overdoses"', '"Deaths"', "other_deaths", "docs/validation-study.md"),
        ('"fatal_overdoses"', '"zzzz"', "", "docs/validation-study.md"),
        ("[run]", '[place]\nbase = "washington"\n[run]', "washington-state", "docs/place.md"),
        ("[run]", '[place]\nbase = "zzzz"\n[run]', "", "docs/place.md"),
        ("[run]", '[change]\noptions = ["naloxone"]\n[run]', "police-naloxone", "guide list"),
        ("[run]", '[change]\noptions = ["zzzz"]\n[run]', "", "offramp guide list"),
        ("[run]", "[parameters]\nkits = { value = 1.0 }\n[run]", "", "docs/model/parameters.md"),
        ("value = 1.0\nlow = 0.8\nhigh = 1.2\n", 'evidence = "oat_prison"\n', "oat_prison_ri", ""),
    ],
)
def test_an_unknown_name_brings_those_like_it_and_what_lists_them_all(
    old: str, new: str, near: str, all_of_them: str, tmp_path: Path
):
    said = only(tmp_path, changed(STUDY, (old, new)))
    assert near in said and all_of_them in said and "..." not in said


def test_what_is_named_lists_them_all():
    def page(what: str) -> str:
        return (ROOT / LISTED[what]).read_text(encoding="utf-8")

    names = {
        "parameters": list(declared()),
        "measures": [*COHORT, *PLACE],
        "presets": [name for name in preset_ids() if name != "world"],
        "studies": [folder.name for folder in packaged()],
    }
    for what, known in names.items():
        assert [name for name in known if f"`{name}`" not in page(what)] == [], what


def test_guide_list_lists_every_option(capsys: pytest.CaptureFixture[str]):
    from offramp.cli.app import main

    assert main(["guide", "list"]) == 0
    said = capsys.readouterr().out
    options = load_catalogue().options.values()
    assert [o.id for o in options if o.id not in said and not o.comparison] == []
