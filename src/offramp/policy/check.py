"""Everything that is wrong with a policy, at once, in words that a legal adviser understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.fit.hold import Fit, fit
from offramp.place.load import FILE as PLACE_FILE
from offramp.place.load import load as load_place
from offramp.policy.check_cases import case_faults
from offramp.policy.check_rules import rule_faults
from offramp.policy.faults import Fault, fault_of
from offramp.policy.read import POLICY, RULES, PolicyFiles
from offramp.policy.schema import NOBODY, Rule, Text
from offramp.policy.table import (
    ENGLISH,
    OptionName,
    build_table,
    missing_options,
    named_options,
    option_names,
)
from offramp.policy.versions import gaps, overlaps, read_versions

NOT_POSSIBLE = ("needs_law", "not_here", "not_known")


def check_place(place: Path, catalogue: Path | None = None) -> list[Fault]:
    """All faults of all versions of the policy of a place, also against the place itself."""
    found: list[Fault] = []
    fits: Mapping[str, Fit] | None = None
    if (place / PLACE_FILE).is_file() or place.is_file():
        try:
            held = fit(load_place(place), load_catalogue(catalogue))
            fits = {one.id: one for one in held}
        except InputError as error:
            found += [fault_of(problem, "input") for problem in error.problems]
    try:
        versions = read_versions(place)
    except InputError as error:
        return found + [fault_of(problem, "input") for problem in error.problems]
    found += [fault_of(problem, "dates_overlap") for problem in overlaps(versions)]
    found += [
        fault_of(problem, "dates_gap", {"date": first.isoformat()})
        for problem, first in gaps(versions)
    ]
    names = option_names(catalogue)
    for files in versions:
        found += check_policy(files, names, fits)
    return found


def check_policy(
    files: PolicyFiles,
    names: Mapping[str, OptionName] | None = None,
    fits: Mapping[str, Fit] | None = None,
) -> list[Fault]:
    """All faults of one version. fits: how the options fit the place, where there is one."""
    known = option_names() if names is None else names
    found = [
        fault_of(problem, "option_missing", _example_of(files, rule))
        for problem, rule in missing_options(files, known)
    ]
    found += _fit_faults(files, fits or {})
    found += _citation_faults(files)
    found += _text_faults(files)
    table = build_table(files, {**_placeholders(files, known), **known})
    found += rule_faults(files, table)
    found += case_faults(files, table)
    return found


def _placeholders(files: PolicyFiles, known: Mapping[str, OptionName]) -> dict[str, OptionName]:
    """Options that do not exist under their own id, so that the rest can still be checked."""
    unknown = named_options(files) - set(known)
    return {option: OptionName({ENGLISH: option}, False) for option in sorted(unknown)}


def _example_of(files: PolicyFiles, rule_id: str) -> dict[str, str] | None:
    for rule in files.rules:
        if rule.id == rule_id:
            return {fact: v if isinstance(v, str) else v[0] for fact, v in rule.when.items()}
    return None


def _fit_faults(files: PolicyFiles, fits: Mapping[str, Fit]) -> Iterator[Fault]:
    for index, rule in enumerate(files.rules):
        for position, permit in enumerate(rule.permits):
            held = fits.get(permit.option)
            if held is None or held.status not in NOT_POSSIBLE:
                continue
            keys = ("rules", index, "permits", position, "option")
            shown, line = files.where(RULES, keys)
            label = held.status.replace("_", " ")
            said = f"rule {rule.id} permits {permit.option}, which is '{label}' at this place"
            why = f": {held.reasons[0]}" if held.reasons else ""
            yield Fault(shown, line, "option_fit", said + why, _example_of(files, rule.id))


def _citation_faults(files: PolicyFiles) -> Iterator[Fault]:
    for index, clause in enumerate(files.policy.clauses):
        missing = [
            name
            for name, given in (("citation", clause.citation.strip()), ("date (on)", clause.on))
            if not given
        ]
        if missing:
            shown, line = files.where(POLICY, ("clauses", index))
            said = f"clause {clause.id} has no {' and no '.join(missing)}"
            right = "name the law, guidance or decision that it rests on, and its date"
            yield Fault(shown, line, "citation_missing", f"{said}; {right}", None)


def _text_faults(files: PolicyFiles) -> Iterator[Fault]:
    policy = files.policy
    texts: list[tuple[str, tuple[str | int, ...], str, Text]] = [
        (POLICY, (name,), name, text)
        for name, text in (("title", policy.title), ("notice", policy.notice))
        if text
    ]
    for index, clause in enumerate(policy.clauses):
        named = f"the text of clause {clause.id}"
        texts.append((POLICY, ("clauses", index, "text"), named, clause.text))
    for index, rule in enumerate(files.rules):
        for name, text in _texts_of(rule):
            named = f"{name} of rule {rule.id}"
            texts.append((RULES, ("rules", index, *name.split(".")), named, text))
    for name, keys, named, text in texts:
        missing = _languages_missing(text, policy.languages)
        if missing:
            shown, line = files.where(name, keys)
            said = f"{named} is missing in: {', '.join(missing)}"
            yield Fault(shown, line, "text_missing", said, None)


def _texts_of(rule: Rule) -> Iterator[tuple[str, Text]]:
    """The texts that a rule must have: all that it gives, and those that a permission needs."""
    needed = {"reason"} | ({"say", "record", "name_goes_to"} if rule.permits else set())
    for name in ("limit", "reason", "say", "record", "name_goes_to"):
        text = getattr(rule, name)
        if text == NOBODY and name == "name_goes_to":
            continue
        if text or name in needed:
            yield name, text
    for permit in rule.permits:
        if permit.terms:
            yield "permits", permit.terms


def _languages_missing(text: Text, languages: Sequence[str]) -> list[str]:
    if isinstance(text, str):
        given = {languages[0]} if text.strip() else set()
    else:
        given = {language for language, said in text.items() if said.strip()}
    return [language for language in languages if language not in given]
