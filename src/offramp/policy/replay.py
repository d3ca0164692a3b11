"""A policy run over past contacts: how many it would have covered, by option, period and group.

Contacts are counted by unique combination while they are read, so each combination is decided
once. What the data do not say stays unknown: such contacts are *perhaps* covered, never left out.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import read
from offramp.policy.amount import is_amount
from offramp.policy.decide import spoken
from offramp.policy.encounter import complete
from offramp.policy.schema import NOT_KNOWN
from offramp.policy.table import ENGLISH, Table
from offramp.policy.vocabulary import vocabulary

MOST_PROBLEMS = 100
WHOLE = "all"  # the period, or the group, of a file that has no such column
Combination = tuple[str, str, str, tuple[str, ...]]  # period, group, outcome, values of facts


@dataclass(frozen=True)
class Contacts:
    """Contacts by combination. facts: the facts that the file has, in the order of the values;
    not_drugs: contacts left out because they were not about drugs."""

    facts: tuple[str, ...]
    counts: Mapping[Combination, int]
    has: Mapping[str, bool]  # period, group, outcome: whether the file has such a column
    not_drugs: int = 0


@cache
def _words() -> Mapping[str, Any]:
    return read(Path(__file__).with_name("contacts.toml"), "policy/contacts.toml").data


def read_contacts(path: Path) -> Contacts:
    """Contacts from a CSV file. Raises InputError with every kind of problem it has."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(path, csv.reader(file))
    except (FileNotFoundError, NotADirectoryError):
        problem, right = "does not exist", "check the spelling of the path"
    except IsADirectoryError:
        problem, right = "is a folder, not a file", "give the path of a CSV file"
    except UnicodeDecodeError:
        problem, right = "is not UTF-8 text", "save the file again as UTF-8"
    except csv.Error as error:
        problem, right = f"cannot be read as CSV: {error}", "save the file again as CSV"
    raise InputError(Problem(str(path), 0, "", problem, right))


def _read(path: Path, rows: Any) -> Contacts:
    head = [name.strip() for name in next(rows, [])]
    place, problems = _columns(path, head)
    if problems:
        raise InputError(problems)
    facts = tuple(fact for fact in vocabulary().facts if fact in head)
    wanted = [head.index(fact) for fact in facts]
    period, group, outcome, count, drugs = (
        place.get(n) for n in ("period", "group", "outcome", "count", "drugs")
    )
    about = _words()["drugs"]
    left_out = 0
    raw: Counter[tuple[str, ...]] = Counter()
    lines: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            if row and len(problems) < MOST_PROBLEMS:
                right = f"the heading has {len(head)} columns"
                problems.append(Problem(str(path), number, "", f"has {len(row)} values", right))
            continue
        weight = 1
        if count is not None:
            if not row[count].strip().isdecimal():
                if len(problems) < MOST_PROBLEMS:
                    right = "it must be a whole number, 0 or more"
                    name, said = head[count], f'is "{row[count]}"'
                    problems.append(Problem(str(path), number, name, said, right))
                continue
            weight = int(row[count])
        if drugs is not None:
            told = about.get(row[drugs].strip().lower())
            if told is None:
                if len(problems) < MOST_PROBLEMS:
                    name, said = head[drugs], f'is "{row[drugs]}"'
                    problems.append(Problem(str(path), number, name, said, "it must be yes or no"))
                continue
            if not told:
                left_out += weight
                continue
        key = (
            row[period][:7] if period is not None else WHOLE,
            row[group] if group is not None else WHOLE,
            row[outcome] if outcome is not None else "",
            *(row[column] for column in wanted),
        )
        if key not in raw:
            lines[key] = number
        raw[key] += weight
    return _understood(str(path), facts, raw, lines, place, problems, left_out)


def _understood(
    path: str,
    facts: tuple[str, ...],
    raw: Mapping[tuple[str, ...], int],
    lines: Mapping[tuple[str, ...], int],
    place: Collection[str],
    problems: list[Problem],
    not_drugs: int,
) -> Contacts:
    """Counts by what a policy may ask. raw: counts by (period, group, outcome, values of facts);
    lines: where each of them stands; place: the columns that there are."""
    counts: Counter[Combination] = Counter()
    told: set[tuple[str, str]] = set()
    for key, weight in raw.items():
        values = []
        for fact, said in zip(facts, key[3:], strict=True):
            value = _value(fact, said)
            if value is None:
                if (fact, said) not in told and len(problems) < MOST_PROBLEMS:
                    known = [*vocabulary().facts[fact].values, *_words()["values"].get(fact, {})]
                    right = f"it must be one of {', '.join(dict.fromkeys(known))}"
                    problems.append(Problem(path, lines.get(key, 0), fact, f'is "{said}"', right))
                told.add((fact, said))
                continue
            values.append(value)
        if len(values) == len(facts):
            counts[key[0], key[1], key[2], tuple(values)] += weight
    if problems:
        raise InputError(problems)
    if not counts:
        what = "holds no contacts" + (" about drugs" if not_drugs else "")
        raise InputError(Problem(path, 0, "", what, "add a row a contact"))
    has = {n: n in place for n in ("period", "group", "outcome")}
    return Contacts(facts, counts, has, not_drugs)


def stored_contacts(place: Path, agency: str | None = None) -> Contacts:
    """The contacts about drugs in a place's own store, of one agency.

    Raises InputError when there are none, or when several agencies are in it and none is named.
    """
    from offramp.data.store import open_store

    store = open_store(place)
    facts = ("found", "age")
    with store.connect() as connection:
        asked = "SELECT DISTINCT agency FROM contacts ORDER BY agency"
        known = [str(name) for (name,) in connection.execute(asked).fetchall()]
        if (agency is None and len(known) > 1) or (agency is not None and agency not in known):
            problem = "is missing" if agency is None else f'is "{agency}"'
            right = f"the store of {store.place} has contacts of: {', '.join(known) or 'nobody'}"
            raise InputError(Problem("--agency", 0, "", problem, right))
        rows = connection.execute(
            """
            SELECT coalesce(month, strftime(date, '%Y-%m'), ''), coalesce(ethnicity_self, ''),
                   coalesce(ended, ''), coalesce(found, ''), coalesce(age, ''), drugs, sum(n)
            FROM contacts WHERE coalesce(?, agency) = agency GROUP BY ALL ORDER BY ALL
            """,
            [agency],
        ).fetchall()
    if not rows:
        right = "import some with 'offramp data import', or name a CSV file"
        raise InputError(Problem(str(place), 0, "", "has no contacts in its store", right))
    raw = {tuple(map(str, row[:-2])): int(row[-1]) for row in rows if row[-2]}
    left_out = sum(int(row[-1]) for row in rows if not row[-2])
    shown = f"the store of {store.place}"
    return _understood(shown, facts, raw, {}, ("period", "group", "outcome"), [], left_out)


def _columns(path: Path, head: Sequence[str]) -> tuple[dict[str, int], list[Problem]]:
    problems = [
        Problem(str(path), 1, name, "is a column twice", "keep one of them")
        for name, times in Counter(head).items()
        if times > 1
    ]
    place: dict[str, int] = {}
    for name, spellings in _words()["columns"].items():
        found = [spelling for spelling in spellings if spelling in head]
        if found:
            place[name] = head.index(found[0])
    if not any(fact in head for fact in vocabulary().facts):
        right = f"it needs a column for one or more of {', '.join(vocabulary().facts)}"
        problems.append(Problem(str(path), 1, "", "has no column that is a fact", right))
    return place, problems


def _value(fact: str, said: str) -> str | None:
    said = said.strip()
    if said in vocabulary().facts[fact].values:
        return said
    if not said:
        return NOT_KNOWN
    mapped = _words()["values"].get(fact, {}).get(said)
    if mapped is not None:
        return str(mapped)
    return said if fact == "amount" and is_amount(said) else None


def replay(table: Table, contacts: Contacts, path: str = "contacts") -> dict[str, Any]:
    """Volumes by option, period and group, and what the data cannot tell."""
    offers = {offer.id: offer for row in table.rows for offer in row.offers}
    cells: dict[tuple[str, str, str], Counter[str]] = {}
    contacts_in: Counter[tuple[str, str]] = Counter()
    unknown: Counter[str] = Counter()
    decided: dict[tuple[str, ...], tuple[dict[str, float], set[str], set[str]] | None] = {}
    cannot_be = arrests = 0
    for (period, group, outcome, values), count in contacts.counts.items():
        if values not in decided:
            decided[values] = _decide(table, contacts.facts, values)
        answer = decided[values]
        if answer is None:
            cannot_be += count
            continue
        contacts_in[period, group] += count
        permitted, perhaps, asked = answer
        for fact in asked:
            unknown[fact] += count
        offered = _words()["offered"].get(outcome, outcome)
        arrested = outcome in _words()["arrests"]["ended"]
        arrests += count if arrested else 0
        for option in (*permitted, *perhaps):
            cell = cells.setdefault((period, group, option), Counter())
            kind = "eligible" if option in permitted else "perhaps"
            cell[kind] += count
            cell["planned"] += count * permitted.get(option, 0)  # type: ignore[assignment]
            if arrested:
                cell[f"{kind}_arrests"] += count
            if offered == option:
                cell[f"{kind}_offered"] += count
    rows = [
        _row(period, group, option, contacts_in[period, group], cell)
        for (period, group), _ in sorted(contacts_in.items())
        for option in offers
        for cell in [cells.get((period, group, option), Counter())]
    ]
    total = sum(contacts_in.values())
    return {
        "policy": {"agency": table.agency, "version": table.version},
        "file": path,
        "contacts": total,
        "arrests": arrests if contacts.has["outcome"] else None,
        "not_drugs": contacts.not_drugs,
        "cannot_be": cannot_be,
        "totals": [
            _total(option, offers[option].names[ENGLISH], total, arrests, rows) for option in offers
        ],
        "rows": rows,
        "unknown": [
            {"fact": fact, "contacts": unknown[fact], "column": fact in contacts.facts}
            for fact in vocabulary().facts
            if unknown[fact]
        ],
        "cannot_tell": _cannot_tell(contacts, unknown, total, cannot_be),
    }


def _decide(
    table: Table, facts: tuple[str, ...], values: tuple[str, ...]
) -> tuple[dict[str, float], set[str], set[str]] | None:
    """(permitted options with their reach, perhaps permitted, facts to ask); None: cannot be."""
    given = dict(zip(facts, values, strict=True))
    if given.get("found") == "nothing" and given.get("amount", NOT_KNOWN) == NOT_KNOWN:
        given["amount"] = "none"

    def report(field: str, problem: str, right: str) -> Problem:
        return Problem("", 0, field, problem, right)

    try:
        full = complete(given, table, report)
    except InputError:
        return None
    match, still_open = spoken(table, full)
    permitted: dict[str, float] = {}
    for row in match:
        # A rule that holds while a fact is not known is no proof that it would hold once known.
        unproved = [fact for fact in row.when if _only_unknown(row.when[fact], full[fact], fact)]
        if unproved:
            still_open.append((row, unproved))
            continue
        for offer in row.offers:
            permitted.setdefault(offer.id, offer.reach)
    perhaps = {o.id for row, _ in still_open for o in row.offers} - set(permitted)
    waits = {
        fact
        for row, needed in still_open
        if {o.id for o in row.offers} & perhaps
        for fact in needed
    }
    return permitted, perhaps, waits


def _only_unknown(values: Sequence[str], value: str, fact: str) -> bool:
    """Whether a condition holds because the fact is not known, and could fail once it is."""
    return value == NOT_KNOWN and not set(vocabulary().facts[fact].values) <= {*values, NOT_KNOWN}


def _row(
    period: str, group: str, option: str, contacts: int, cell: Mapping[str, float]
) -> dict[str, Any]:
    return {
        "period": period,
        "group": group,
        "option": option,
        "contacts": contacts,
        "eligible": int(cell.get("eligible", 0)),
        "perhaps": int(cell.get("perhaps", 0)),
        "planned": round(cell.get("planned", 0), 6),
        "offered": int(cell.get("eligible_offered", 0)),
        "perhaps_offered": int(cell.get("perhaps_offered", 0)),
        "arrests": int(cell.get("eligible_arrests", 0)),
        "perhaps_arrests": int(cell.get("perhaps_arrests", 0)),
    }


SUMS = (
    "eligible", "perhaps", "planned", "offered", "perhaps_offered", "arrests", "perhaps_arrests",
)  # fmt: skip


def _total(
    option: str, name: str, total: int, arrests: int, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    mine = [row for row in rows if row["option"] == option]
    sums = {key: sum(row[key] for row in mine) for key in SUMS}
    sums["planned"] = round(sums["planned"], 6)
    low, high = _ends(sums["eligible"], sums["perhaps"], total)
    of_arrests = _ends(sums["arrests"], sums["perhaps_arrests"], arrests)
    return {
        "option": option, "name": name, **sums, "share_low": low, "share_high": high,
        "arrests_low": of_arrests[0], "arrests_high": of_arrests[1],
    }  # fmt: skip


def _ends(sure: int, perhaps: int, total: int) -> tuple[float | None, float | None]:
    return (sure / total, (sure + perhaps) / total) if total else (None, None)


def _cannot_tell(
    contacts: Contacts, unknown: Mapping[str, int], total: int, cannot_be: int
) -> list[str]:
    told = []
    known = vocabulary().facts
    missing = [
        known[fact].label for fact in known if fact in unknown and fact not in contacts.facts
    ]
    if missing:
        told.append(f"The file has no column for: {', '.join(missing)}.")
    for fact in contacts.facts:
        if unknown.get(fact):
            share = unknown[fact] / total
            told.append(f"{known[fact].label}: not known in {share:.0%} of contacts it matters to.")
    if not contacts.has["outcome"]:
        told.append("The file has no column for how the contact ended: offers cannot be counted.")
    if not contacts.has["group"]:
        told.append("The file has no column for the group: who is left out cannot be seen.")
    if contacts.not_drugs:
        told.append(f"{contacts.not_drugs} contacts were not about drugs; they are left out.")
    if cannot_be:
        told.append(
            f"{cannot_be} contacts have facts that cannot be true together; they are left out."
        )
    return told
