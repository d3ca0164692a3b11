"""What voids a posterior: whatever may change a number, and no mere words."""

from __future__ import annotations

import pytest

from offramp.plan.calibration.made_by import program_hash, without_words

SOURCE = '''"""What the file is for."""

import math


def area(radius: float) -> float:
    """Of a circle.

    radius: in metres.
    """
    # the usual formula
    return math.pi * radius**2  # square metres


class Circle:
    """Round."""

    name = "# no comment"
'''

BARE = """import math
def area(radius: float) -> float:
    return math.pi * radius**2
class Circle:
    name = "# no comment\""""


def test_words_are_left_out_and_code_is_kept():
    assert without_words(SOURCE) == BARE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Of a circle.", "Of a disc."),
        ("# the usual formula", "# the formula of old, from π"),
        ("  # square metres", ""),
        ('"""Round."""', '"""Round,\n    and whole."""'),
        ("\n\n\nclass", "\n\n\n\n\nclass"),
    ],
)
def test_other_words_are_the_same_program(old: str, new: str):
    assert old in SOURCE
    assert without_words(SOURCE.replace(old, new)) == BARE


@pytest.mark.parametrize(
    ("old", "new"), [("radius**2", "radius**3"), ("# no comment", "# a name"), ("Circle", "Disc")]
)
def test_other_code_is_another_program(old: str, new: str):
    assert old in BARE
    assert without_words(SOURCE.replace(old, new)) != BARE


def test_a_parameter_declared_otherwise_is_another_program(monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    from offramp.model.parameters import declared
    from offramp.plan.calibration import made_by

    now = declared()
    first = next(iter(now))

    def otherwise(**changes: object) -> str:
        changed = now | {first: replace(now[first], **changes)}  # type: ignore[arg-type]
        monkeypatch.setattr(made_by, "declared", lambda: changed)
        return program_hash()

    same = otherwise()
    assert otherwise(meaning="in other words") == same
    assert otherwise(bounds=(0.0, 0.5)) != same
    assert otherwise(evidence="another") != same
