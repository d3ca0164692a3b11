"""Every indicator of the catalogue says how it is read, in words that the tables have."""

from __future__ import annotations

import pytest

from offramp.learn.indicators.counted import condition
from tests.indicators_sample import CATALOGUE


def test_every_indicator_says_how_it_is_read_or_why_not():
    for one in CATALOGUE.indicators.values():
        assert bool(one.read) != bool(one.not_read_because), one.id
    first = sorted((i.first, i.id) for i in CATALOGUE.indicators.values() if i.first)
    assert first == [(1, "iP1"), (2, "iP4"), (3, "iP16"), (4, "iE1"), (5, "iH1"), (6, "iC6")]


def test_every_reading_names_columns_and_words_that_the_tables_have():
    for one in CATALOGUE.indicators.values():
        for reading in one.read:
            for counted in (reading.numerator, reading.denominator):
                if counted is not None and counted.table != "place":
                    condition(counted)  # ValueError for what is not there


def test_a_word_that_no_table_has_is_an_error():
    from offramp.catalogue.schema_indicators import Counted

    with pytest.raises(ValueError, match=r"contacts\.ended has no word slap"):
        condition(Counted(table="contacts", where={"ended": ["slap"]}))
    with pytest.raises(ValueError, match="contacts has no column mood"):
        condition(Counted(table="contacts", where={"mood": ["bad"]}))
