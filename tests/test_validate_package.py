"""The studies of the package: accepted, on record, and apart from what the model rests on."""

from __future__ import annotations

from offramp.catalogue.load import load as load_catalogue
from offramp.validate.faults import used_by_the_model
from offramp.validate.load import load_study, packaged, told_apart
from tests.validate_sample import CATALOGUE


def test_no_empirical_study_rests_on_what_the_model_rests_on():
    catalogue = load_catalogue()
    used = used_by_the_model(catalogue)
    for folder in packaged():
        study_ = load_study(folder, catalogue).study
        if study_.kind == "empirical":
            assert study_.result.published.evidence not in used, study_.id


def test_every_published_number_of_the_package_has_a_record():
    catalogue = load_catalogue()
    studies = [load_study(folder, catalogue).study for folder in packaged()]
    assert all(s.result.published.evidence in catalogue.evidence for s in studies)
    kinds = [s.kind for s in studies]
    assert kinds.count("empirical") >= 10 and {"verification", "replication"} <= set(kinds)


def test_every_study_of_the_package_is_accepted():
    told_apart([load_study(folder, CATALOGUE) for folder in packaged()])
