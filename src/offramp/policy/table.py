"""A policy ready to be asked: one version as a table of rows, with every text by language.

The same table is what a bundle carries to a phone, so Python and JavaScript evaluate the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import read
from offramp.catalogue.toml_lines import Keys
from offramp.catalogue.validation_words import did_you_mean
from offramp.languages import speaking
from offramp.languages.toml_texts import in_language
from offramp.policy.amount import size_of
from offramp.policy.read import RULES, PolicyFiles, conditions
from offramp.policy.schema import LANGUAGES, NOBODY, Rule, Text
from offramp.policy.vocabulary import vocabulary
from offramp.policy.words import words

Texts = dict[str, str]  # language -> text


@dataclass(frozen=True)
class Offer:
    """An option that a row permits. names: English, and the languages in which the catalogue has
    it; names_person: it names the person to a service."""

    id: str
    names: Texts
    names_person: bool
    reach: float
    terms: Texts


@dataclass(frozen=True)
class Row:
    """A rule. when: fact -> values that it asks for; a fact that is not there may be anything.

    name_stays: nobody learns the person's name.
    """

    id: str
    clause: str
    when: dict[str, list[str]]
    offers: list[Offer]
    forbids: list[str]
    leaves: list[str]
    limit: Texts
    reason: Texts
    say: Texts
    record: Texts
    name_goes_to: Texts
    name_stays: bool

    @property
    def answers(self) -> bool:
        """Whether the row says what can be done: an option, or the ordinary law."""
        return bool(self.offers or self.leaves)


@dataclass(frozen=True)
class ThresholdSize:
    """A threshold in whole numbers: `size` in millionths of nano-parts of what is measured."""

    size: int
    of: str
    unit: str
    shown: str


@dataclass(frozen=True)
class Table:
    """One version of a policy. effective_to: the last day; None: open."""

    agency: str
    version: str
    effective_from: date
    effective_to: date | None
    signed_off_by: str
    languages: list[str]
    title: Texts
    notice: Texts
    clauses: dict[str, Texts]
    thresholds: dict[str, ThresholdSize]
    rows: list[Row]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without fractions."""
        plain = asdict(self)
        plain["effective_from"] = self.effective_from.isoformat()
        plain["effective_to"] = self.effective_to.isoformat() if self.effective_to else None
        for row in plain["rows"]:
            for offer in row["offers"]:
                offer["reach"] = repr(offer["reach"])
        for threshold in plain["thresholds"].values():
            threshold["size"] = str(threshold["size"])
        return plain


def table_from(plain: Mapping[str, Any]) -> Table:
    """The table that `as_dict` wrote."""
    rows = [
        Row(**{**row, "offers": [_offer_from(offer) for offer in row["offers"]]})
        for row in plain["rows"]
    ]
    ends = plain["effective_to"]
    return Table(
        **{
            **plain,
            "effective_from": date.fromisoformat(plain["effective_from"]),
            "effective_to": date.fromisoformat(ends) if ends else None,
            "thresholds": {
                found: ThresholdSize(**{**one, "size": int(one["size"])})
                for found, one in plain["thresholds"].items()
            },
            "rows": rows,
        }
    )


def _offer_from(plain: Mapping[str, Any]) -> Offer:
    return Offer(**{**plain, "reach": float(plain["reach"])})


@dataclass(frozen=True)
class OptionName:
    """What a policy needs to know of an option."""

    names: Texts
    names_person: bool


ENGLISH = "en"
CATALOGUE = Path(__file__).parents[1] / "catalogue"


def option_names(
    folder: Path | None = None,
    only: Collection[str] | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> dict[str, OptionName]:
    """The options of the catalogue that a policy may name: all but the comparison.

    only: ids that matter; the files of others are not read, and their names are their ids.
    languages: in which names are wanted; English is always there.
    """
    found: dict[str, OptionName] = {}
    for path in sorted(((folder or CATALOGUE) / "options").glob("*.toml")):
        if only is not None and path.stem not in only:
            found[path.stem] = OptionName({ENGLISH: path.stem}, False)
            continue
        data = read(path, f"options/{path.name}").data
        if not data.get("comparison", False):
            names = _in_languages(data["name"], path.stem, languages)
            found[path.stem] = OptionName(names, data["name_goes"]["names_person"])
    return found


def _in_languages(name: str, option: str, languages: Sequence[str]) -> Texts:
    """A name in English and where the catalogue has a translation of it."""
    names = {ENGLISH: name}
    for language in languages:
        with speaking(language):
            own = in_language({"name": name}, f"options/{option}")["name"]
        if own != name:
            names[language] = own
    return names


def named_options(files: PolicyFiles) -> set[str]:
    """Everything that the rules permit, and what they forbid that is not an act."""
    named = {option for rule in files.rules for option in rule.forbids}
    named -= set(vocabulary().acts)
    return named | {permit.option for rule in files.rules for permit in rule.permits}


def missing_options(
    files: PolicyFiles, known: Mapping[str, OptionName]
) -> list[tuple[Problem, str]]:
    """(what is wrong, id of the rule) for every option that the catalogue does not have."""
    found: list[tuple[Problem, str]] = []
    file = files.files[RULES]
    acts = vocabulary().acts
    for index, rule in enumerate(files.rules):
        named: list[tuple[Keys, str]] = [
            (("permits", position, "option"), permit.option)
            for position, permit in enumerate(rule.permits)
        ]
        named += [
            (("forbids", position), act)
            for position, act in enumerate(rule.forbids)
            if act not in acts
        ]
        for keys, option in named:
            if option not in known:
                problem = f'is "{option}", which is not in the catalogue'
                every = known if keys[0] == "permits" else {**known, **acts}
                right = did_you_mean(option, every, "options")
                found.append((file.problem(("rules", index, *keys), problem, right), rule.id))
    return found


def build_table(
    files: PolicyFiles,
    known: Mapping[str, OptionName] | None = None,
    fixed_in: Sequence[str] = LANGUAGES,
) -> Table:
    """The table of a policy that was read. Raises InputError for options that do not exist.

    fixed_in: languages of the texts that are not the author's, such as limits made from acts.
    """
    if known is None:
        known = option_names(only=named_options(files), languages=fixed_in)
    names = known
    missing = missing_options(files, names)
    if missing:
        raise InputError(problem for problem, _ in missing)
    policy, units = files.policy, vocabulary().units
    languages: Sequence[str] = policy.languages
    return Table(
        agency=policy.agency,
        version=policy.version,
        effective_from=policy.effective_from,
        effective_to=policy.effective_to,
        signed_off_by=policy.signed_off_by,
        languages=list(languages),
        title=by_language(policy.title, languages),
        notice=by_language(policy.notice, languages),
        clauses={one.id: by_language(one.text, languages) for one in policy.clauses},
        thresholds={
            one.found: ThresholdSize(
                size_of(one.at_most, units[one.unit]),
                units[one.unit].of,
                one.unit,
                f"{one.at_most:g} {units[one.unit].label}",
            )
            for one in policy.thresholds
        },
        rows=[_row(rule, languages, names, fixed_in) for rule in files.rules],
    )


def by_language(text: Text, languages: Sequence[str]) -> Texts:
    """A text by language; a plain text stands for the first language of the policy."""
    if isinstance(text, str):
        return {languages[0]: text} if text else {}
    return {language: text[language] for language in text if text[language]}


def _row(
    rule: Rule,
    languages: Sequence[str],
    names: Mapping[str, OptionName],
    fixed_in: Sequence[str],
) -> Row:
    order = list(vocabulary().facts)
    when = conditions(rule)
    limit = by_language(rule.limit, languages)
    return Row(
        id=rule.id,
        clause=rule.clause,
        when={
            fact: sorted(set(when[fact]), key=list(vocabulary().facts[fact].values).index)
            for fact in order
            if fact in when
        },
        offers=[
            Offer(
                permit.option,
                names[permit.option].names,
                names[permit.option].names_person,
                permit.reach,
                by_language(permit.terms, languages),
            )
            for permit in rule.permits
        ],
        forbids=list(rule.forbids),
        leaves=list(rule.leaves),
        limit=limit or _limit_texts(rule, names, fixed_in),
        reason=by_language(rule.reason, languages),
        say=by_language(rule.say, languages),
        record=by_language(rule.record, languages),
        name_goes_to=_name_texts(rule, languages, fixed_in),
        name_stays=rule.name_goes_to == NOBODY,
    )


def _name_texts(rule: Rule, languages: Sequence[str], fixed_in: Sequence[str]) -> Texts:
    if rule.name_goes_to == NOBODY:
        return {language: words(language).fixed["nobody"] for language in fixed_in}
    return by_language(rule.name_goes_to, languages)


def _limit_texts(rule: Rule, names: Mapping[str, OptionName], fixed_in: Sequence[str]) -> Texts:
    """A limit in words, made from what the rule forbids and leaves."""
    if not (rule.forbids or rule.leaves):
        return {}
    return {language: _limit_text(rule, language, names) for language in fixed_in}


def _name(option: OptionName, language: str) -> str:
    return option.names.get(language) or option.names[ENGLISH]


def _limit_text(rule: Rule, language: str, names: Mapping[str, OptionName]) -> str:
    said = words(language)
    parts = []
    for acts, key in ((rule.forbids, "not_here"), (rule.leaves, "left_to_law")):
        if acts:
            listed = [said.acts.get(act) or _name(names[act], language) for act in acts]
            parts.append(said.fixed[key].format(acts="; ".join(listed)))
    return " ".join(parts)
