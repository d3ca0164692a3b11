"""Places that can be written from public tables: `offramp place new --from england-wales/durham`.

The tables and the words that go with them stand in the folder `prefilled`; what they do not hold
is left to the presets, and nobody has been asked.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import nearest
from offramp.place.new import must_be_right
from offramp.place.write import toml_key, toml_value

FOLDER = Path(__file__).parent / "prefilled"
ENGLAND_WALES, CANADA = "england-wales", "canada"
HEARD = ("people_who_use_drugs", "families", "neighbours", "victims", "officers", "services")
LONG_ENOUGH = 6  # months without a gap, for a series that the model is fitted to

Row = dict[str, str]


@dataclass(frozen=True)
class Prefilled:
    """The files of a place: place.toml last, the series and the page about them first."""

    slug: str
    files: dict[str, str]


def prefilled_ids() -> list[str]:
    """Every place that can be written, as `region/place`."""
    forces = [f"{ENGLAND_WALES}/{row['id']}" for row in _rows(ENGLAND_WALES, "forces")]
    return sorted([*forces, *(f"{CANADA}/{row['id']}" for row in _rows(CANADA, "provinces"))])


def prefilled(which: str, as_of: date) -> Prefilled:
    """The files of one of them. Raises InputError: no such place; near ones are named."""
    known = prefilled_ids()
    if which not in known:
        raise InputError(Problem("--from", 0, "", f'"{which}" is not there', _right(which, known)))
    region, slug = which.split("/")
    make = _force if region == ENGLAND_WALES else _province
    tables, series, about = make(slug, as_of)
    lines = [
        f"# {about['name']}: a first description, written from public tables.",
        "# Every number says where it is from; README.md says what they are. What is left out is",
        "# taken from presets with a wide range; 'offramp place improve' asks what matters most.",
        "",
    ]
    for name, table in tables:
        lines += [*_table(name, table), ""]
    text = "\n".join(lines)
    must_be_right(text)
    page = _page(about, which, sorted(series))
    return Prefilled(slug, {**series, "README.md": page, "place.toml": text})


def _right(which: str, known: list[str]) -> str:
    region = which.strip("/").split("/")[0]
    own = [one for one in known if one.startswith(region + "/")]
    if own and "/" not in which.strip("/"):
        return f"one of {', '.join(own)}"
    near = nearest(which, known) or next((one for one in known if one.endswith("/" + which)), None)
    if near:
        return f"did you mean {near}?"
    return f"{ENGLAND_WALES}/... with the name of a police force, or {CANADA}/... with a province"


@cache
def _rows(region: str, table: str) -> tuple[Row, ...]:
    with (FOLDER / region / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _about(region: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / region / "about.toml").read_text(encoding="utf-8"))


def _of(region: str, table: str, key: str, slug: str) -> Row | None:
    return next((row for row in _rows(region, table) if row[key] == slug), None)


def _table(name: str, table: dict[str, Any]) -> Iterator[str]:
    """A table as TOML: plain values first, figures as inline tables."""
    if name:
        yield name
    for key, value in table.items():
        yield f"{toml_key(key)} = {toml_value(value)}"


Tables = list[tuple[str, dict[str, Any]]]
Made = tuple[Tables, dict[str, str], dict[str, str]]


def _head(
    region: str, area: str, agency: str, as_of: date
) -> tuple[dict[str, Any], dict[str, str]]:
    about = _about(region)
    name = about["name"].format(area=area)
    head = {"name": name, "country": about["country"]}
    if "preset" in about:
        head["preset"] = about["preset"]
    notice = about["notice"].format(agency=agency)
    head |= {"as_of": as_of, "example_notice": notice, "language": "en"}
    return head, {"name": name, "notice": notice, "licence": about["licence"]}


def _heard() -> Tables:
    return [("[[heard]]", {"who": who, "asked": False}) for who in HEARD]


def _figure(words: dict[str, Any], **numbers: Any) -> dict[str, Any]:
    """A figure: its numbers first, then what the words say about it."""
    return {**numbers, **{k: v for k, v in words.items() if k not in numbers}}


def _said(words: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {k: v.format(**facts) if isinstance(v, str) else v for k, v in words.items()}


def _force(slug: str, as_of: date) -> Made:
    about = _about(ENGLAND_WALES)
    force = _of(ENGLAND_WALES, "forces", "id", slug)
    people = _of(ENGLAND_WALES, "population", "force", slug)
    assert force is not None
    assert people is not None
    head, page = _head(ENGLAND_WALES, force["name"], force["agency"], as_of)
    tables: Tables = [
        ("", head),
        (
            "[people]",
            {
                "residents": _figure(about["residents"], value=int(people["residents_2020"])),
                "adults": _figure(about["adults"], value=int(people["aged_15_64_2020"])),
            },
        ),
    ]
    groups = _of(ENGLAND_WALES, "residents_by_group", "force", slug) or {}
    for name in (name for name in groups if name != "force"):
        row: dict[str, Any] = {"name": name}
        if name == "White":
            row["reference"] = True
        tables.append(
            (
                "[[people.groups]]",
                {**row, "residents": _figure(about["group"], value=int(groups[name]))},
            )
        )
    tables.append(("[agency]", {"name": force["agency"]}))
    tables.append(("[contacts]", _contacts(slug)))
    series: dict[str, str] = {}
    for entry, file, text in _force_series(slug):
        tables.append(("[[outcomes]]", entry))
        series[file] = text
    return [*tables, *_heard()], series, page


def _contacts(slug: str) -> dict[str, Any]:
    """Searches for drugs a year and recorded drug offences a year, as far as the tables say."""
    about = _about(ENGLAND_WALES)
    found: dict[str, Any] = {}
    own = [row for row in _rows(ENGLAND_WALES, "drug_searches") if row["force"] == slug][-12:]
    if own:
        counts = [int(row["drug_searches"]) for row in own]
        facts = {"counted": sum(counts), "months": len(own), "last": own[-1]["month"]}
        words = _said(about["searches_counted"], **facts) | {"on": int(own[-1]["month"][:4])}
        found["searches_drug_year"] = _figure(
            words,
            value=round(sum(counts) / len(counts) * 12),
            low=min(counts) * 12,
            high=max(counts) * 12,
        )
    else:
        row = _of(ENGLAND_WALES, "searches", "force", slug) or {}
        years = [year for year in row if year != "force" and row[year]]
        low, middle, high = _shares_for_drugs()
        searches = int(row[years[-1]])
        facts = {"searches": searches, "year": years[-1], "low": low, "middle": middle}
        found["searches_drug_year"] = _figure(
            _said(about["searches_judged"], **facts, high=high),
            value=round(searches * middle),
            low=int(searches * low),
            high=int(searches * high * 2) + 1,
        )
    drugs = [int(r["drugs"]) for r in _rows(ENGLAND_WALES, "offences") if r["force"] == slug]
    if drugs:
        found["drug_offences_year"] = _figure(
            _said(about["drug_offences"], counted=sum(drugs)),
            value=round(sum(drugs) * 12 / len(drugs)),
            low=min(drugs) * 12,
            high=max(drugs) * 12,
        )
    return found


def _shares_for_drugs() -> tuple[float, float, float]:
    """Of all searches those for drugs, in the last twelve months of the forces with rows."""
    rows = _rows(ENGLAND_WALES, "drug_searches")
    shares = []
    for force in sorted({row["force"] for row in rows}):
        own = [row for row in rows if row["force"] == force][-12:]
        drugs = sum(int(row["drug_searches"]) for row in own)
        shares.append(drugs / sum(int(row["searches"]) for row in own))
    shares.sort()
    return shares[0], shares[len(shares) // 2], shares[-1]


def _force_series(slug: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    about = _about(ENGLAND_WALES)
    row = _of(ENGLAND_WALES, "deaths", "force", slug) or {}
    area = _of(ENGLAND_WALES, "regions", "force", slug) or {}
    every, opiate = int(area["deaths_2016_2020"]), int(area["with_an_opiate"])
    share = opiate / every
    words = about["deaths"]
    yield _series(
        "drug_poisoning_deaths",
        "deaths",
        "year",
        {year: row[year] for year in row if year != "force"},
        (words["first"], words["last"]),
        words,
        _figure(
            _said(words["in_scope"], region=area["region"], opiate=opiate, all=every, share=share),
            value=round(share + 0.05, 2),
            low=round(share - 0.1, 2),
            high=round(share + 0.15, 2),
        ),
        "registration",
    )
    searches = {
        r["month"]: r["drug_searches"]
        for r in _rows(ENGLAND_WALES, "drug_searches")
        if r["force"] == slug
    }
    run = _last_run(sorted(searches))
    if len(run) >= LONG_ENOUGH:
        words = about["drug_searches"]
        counts = {month: searches[month] for month in run}
        span = (run[0], run[-1])
        yield _series(
            "drug_searches", "drug_searches", "month", counts, span, words, words["in_scope"]
        )
    offences = [r for r in _rows(ENGLAND_WALES, "offences") if r["force"] == slug]
    for kind in ("acquisitive", "violent") if offences else ():
        counts = {r["month"]: r[kind] for r in offences}
        span = (offences[0]["month"], offences[-1]["month"])
        name = f"{kind}_offences"
        yield _series(name, name, "month", counts, span, about[kind], about[kind]["in_scope"])


def _last_run(months: list[str]) -> list[str]:
    """The longest run of months without a gap that is nearest to the end."""
    best: list[str] = []
    run: list[str] = []
    for month in months:
        follows = run and _next(run[-1]) == month
        run = [*run, month] if follows else [month]
        best = run if len(run) >= min(len(best), 12) else best
    return best[-12:]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _series(
    id_: str,
    measure: str,
    period: str,
    counts: dict[str, str],
    used: tuple[str, str],
    words: dict[str, Any],
    in_scope: dict[str, Any],
    basis: str = "record",
) -> tuple[dict[str, Any], str, str]:
    """The entry of place.toml, the name of its file and the file's text."""
    file = f"{id_}.csv"
    entry = {
        "id": id_,
        "measure": measure,
        "file": file,
        "definition": words["definition"],
        "date_basis": basis,
        "period": period,
        "use_from": used[0],
        "use_to": used[1],
        "source": words["source"],
        "in_scope": in_scope,
    }
    return entry, file, "period,count\n" + "".join(f"{p},{n}\n" for p, n in counts.items())


def _province(slug: str, as_of: date) -> Made:
    about = _about(CANADA)
    row = _of(CANADA, "provinces", "id", slug)
    assert row is not None
    head, page = _head(CANADA, row["name"], "", as_of)
    words = _said(about["residents"], what=row["from"].lower(), year=row["year"])
    residents = _figure(
        words | {"on": int(row["year"])},
        value=int(row["residents"]),
        low=int(row["low"]),
        high=int(row["high"]),
    )
    deaths = about["deaths"]
    counts = {r["quarter"]: r["deaths"] for r in _rows(CANADA, "deaths") if r["province"] == slug}
    tables: Tables = [("", head), ("[people]", {"residents": residents})]
    series: dict[str, str] = {}
    if any(counts.get(q) for q in counts if deaths["first"] <= q <= deaths["last"]):
        span = (max(deaths["first"], min(counts)), deaths["last"])
        entry, file, text = _series(
            "opioid_deaths", "deaths", "quarter", counts, span, deaths, deaths["in_scope"],
            "occurrence",
        )  # fmt: skip
        tables.append(("[[outcomes]]", entry))
        series[file] = text
    return [*tables, *_heard()], series, page


def _page(about: dict[str, str], which: str, files: list[str]) -> str:
    listed = "\n".join(f"- `{file}`" for file in ["place.toml", *files])
    return (
        f"# {about['name']}\n\n"
        f"**{about['notice']}** Nobody in the area has been asked.\n\n"
        f"Written by `offramp place new --from {which}` from tables that ship with Offramp. "
        "Each number in `place.toml` says where it is from; what is left out there is taken from "
        "presets with a wide range. The numbers are sums of published files, some of them years "
        "old: put newer ones in their place first.\n\n"
        f"{listed}\n\n"
        f"{about['licence']}\n"
    )
