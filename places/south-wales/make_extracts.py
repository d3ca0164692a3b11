"""Make the small extracts of places/south-wales from the raw public files.

    python make_extracts.py RAW_FOLDER [OUT_FOLDER]

RAW_FOLDER holds the files named in `RAW` (see README.md for publisher, licence and origin);
OUT_FOLDER is the folder of this script unless another is given. Standard library only.

What it takes care of:

- A drug search is one under section 23 of the Misuse of Drugs Act 1971 (column `Legislation`);
  `Object of search` is blank or something else in 870 of them.
- A month in which more than 90% of drug searches show no further action is unfinished (the
  other months show about 75%). Unfinished months go to drug_searches_left_out.csv; one between
  finished months keeps a row without counts in drug_searches.csv.
- The mark "Outcome linked to object of search" is written True/False in some months and
  1.0/0.0 in others. A linked outcome is read as "something was found".
- Months are those of the files (`file_month`): timestamps are UTC, so an hour of British
  summer time would fall into the month before.
- Exact duplicate rows (about 3%) stay: the files carry no id, so two people searched at the
  same place cannot be told from one person recorded twice.
- ONS files are cp1252. In the population file the cells of the oldest ages hold '-' from 1997
  to 2000, so totals would be too small: only years from 2001 on are written, and a '-' there
  stops the script.
- In the Race Disparity Unit's five groups of 2011, Chinese belongs to Other, not to Asian; the
  searches are grouped the same way.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

RAW = {
    "searches": "wales_4forces_stop_search_2019-04_2022-03.csv.xz",
    "street": "street_crime_south-wales_2018-10_2019-02.csv.xz",
    "deaths": "ons_drug_poisoning_deaths_by_local_authority_1993_2020.csv",
    "substances": "ons_drug_poisoning_by_region_substance_1993_2020.csv",
    "population": "nomis_la_population_estimates.csv.xz",
    "ethnicity": "ethnicity_facts_stop_search_by_force_2006_2018.csv.xz",
}
FORCE = "south-wales"
DRUG_SEARCH = "Misuse of Drugs Act 1971 (section 23)"
NO_ACTION = "A no further action disposal"
UNFINISHED_ABOVE = 0.90
AUTHORITIES = {
    "W06000011": "swansea",
    "W06000012": "neath_port_talbot",
    "W06000013": "bridgend",
    "W06000014": "vale_of_glamorgan",
    "W06000015": "cardiff",
    "W06000016": "rhondda_cynon_taf",
    "W06000024": "merthyr_tydfil",
}
OUTCOMES = {
    NO_ACTION: "no_action",
    "Khat or Cannabis warning": "cannabis_warning",
    "Community resolution": "community_resolution",
    "Penalty Notice for Disorder": "penalty_notice",
    "Caution (simple or conditional)": "caution",
    "Summons / charged by post": "summons",
    "Arrest": "arrest",
    "": "outcome_blank",
}
LINKED = {"True": "yes", "1.0": "yes", "False": "no", "0.0": "no", "": "blank"}
GROUPS = ("White", "Black", "Asian", "Mixed", "Other", "Not stated")
ACQUISITIVE = {
    "Bicycle theft": "bicycle_theft",
    "Burglary": "burglary",
    "Other theft": "other_theft",
    "Robbery": "robbery",
    "Shoplifting": "shoplifting",
    "Theft from the person": "theft_from_person",
    "Vehicle crime": "vehicle_crime",
}
VIOLENT = "Violence and sexual offences"

Row = dict[str, str]


def rows(path: Path, encoding: str = "utf-8-sig") -> Iterator[Row]:
    """The rows of a CSV file, compressed with xz or not."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode(encoding)
    yield from csv.DictReader(io.StringIO(text, newline=""))


def write(path: Path, head: list[str], body: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(body)
    print(f"{path.name}: {len(body)} rows")


def number(text: str) -> int:
    return int(text.replace(",", "").strip() or 0)


def group_of(self_defined: str) -> str:
    """The group of the 2011 population table that a self-defined ethnicity belongs to."""
    if self_defined == "" or self_defined.endswith("Not stated"):
        return "Not stated"
    if self_defined.endswith("- Chinese"):
        return "Other"
    for start, group in (
        ("White", "White"),
        ("Black", "Black"),
        ("Asian", "Asian"),
        ("Mixed", "Mixed"),
        ("Other", "Other"),
    ):
        if self_defined.startswith(start):
            return group
    raise ValueError(f"unknown self-defined ethnicity: {self_defined!r}")


def financial_year(month: str) -> str:
    """'2019-04' to '2020-03' are '2019-20'."""
    year = int(month[:4]) - (month[5:] < "04")
    return f"{year}-{(year + 1) % 100:02d}"


def searches(raw: Path, out: Path) -> None:
    """Drug searches by month: outcomes, finds, groups, and the months left out."""
    outcome: dict[str, Counter[str]] = {}
    found: dict[str, Counter[str]] = {}
    marks: dict[str, Counter[str]] = {}
    groups: dict[str, Counter[str]] = {}
    officer: dict[str, Counter[str]] = {}
    for row in rows(raw / RAW["searches"]):
        if row["force"] != FORCE or row["Legislation"] != DRUG_SEARCH:
            continue
        month, how = row["file_month"], OUTCOMES[row["Outcome"]]
        mark = LINKED[row["Outcome linked to object of search"]]
        group = group_of(row["Self-defined ethnicity"])
        for table in (outcome, found, marks, groups, officer):
            table.setdefault(month, Counter())
        outcome[month][how] += 1
        marks[month][mark] += 1
        groups[month][group] += 1
        officer[month][row["Officer-defined ethnicity"] or "Not stated"] += 1
        groups[month][group + " no action"] += how == "no_action"
        if mark == "yes":
            found[month][how] += 1
            groups[month][group + " found"] += 1

    def total(month: str) -> int:
        return outcome[month].total()

    def share(month: str) -> float:
        return outcome[month]["no_action"] / total(month)

    kept = [m for m in sorted(outcome) if share(m) <= UNFINISHED_ABOVE]
    left = [m for m in sorted(outcome) if share(m) > UNFINISHED_ABOVE]
    names = list(OUTCOMES.values())

    def by_outcome(months: list[str]) -> list[list[object]]:
        return [[m, total(m), *(outcome[m][n] for n in names)] for m in months]

    empty: list[list[object]] = [
        [m, "", *("" for _ in names)] for m in left if kept[0] < m < kept[-1]
    ]
    write(
        out / "drug_searches.csv",
        ["period", "count", *names],
        sorted(by_outcome(kept) + empty, key=lambda line: str(line[0])),
    )
    arrested = [
        [m, outcome[m]["arrest"] + outcome[m]["summons"] if m in kept else ""]
        for m in sorted([*kept, *(str(line[0]) for line in empty)])
    ]
    write(out / "search_arrests.csv", ["period", "count"], arrested)
    write(
        out / "drug_searches_left_out.csv",
        ["period", "count", *names, "share_no_action"],
        [[*line, f"{share(m):.3f}"] for m, line in zip(left, by_outcome(left), strict=True)],
    )
    write(
        out / "drug_search_finds.csv",
        [
            "period",
            "count",
            *names,
            "searches_marked_no",
            "searches_mark_blank",
            "searches",
        ],
        [
            [
                m,
                found[m].total(),
                *(found[m][n] for n in names),
                marks[m]["no"],
                marks[m]["blank"],
                total(m),
            ]
            for m in kept
        ],
    )
    years = sorted({financial_year(m) for m in kept})

    def by_year(table: dict[str, Counter[str]], key: str, year: str) -> int:
        return sum(table[m][key] for m in kept if financial_year(m) == year)

    write(
        out / "drug_searches_by_group.csv",
        ["period", "months", "group", "count", "found", "no_action"],
        [
            [
                y,
                sum(financial_year(m) == y for m in kept),
                g,
                by_year(groups, g, y),
                by_year(groups, g + " found", y),
                by_year(groups, g + " no action", y),
            ]
            for y in years
            for g in GROUPS
        ],
    )
    seen = sorted({g for m in kept for g in officer[m]})
    write(
        out / "drug_searches_by_officer_defined_group.csv",
        ["period", "months", "group", "count"],
        [
            [y, sum(financial_year(m) == y for m in kept), g, by_year(officer, g, y)]
            for y in years
            for g in seen
        ],
    )


def street(raw: Path, out: Path) -> None:
    """Recorded offences of five months: drug offences with last outcome, theft and violence."""
    kinds: Counter[tuple[str, str]] = Counter()
    ends: Counter[str] = Counter()
    for row in rows(raw / RAW["street"]):
        kinds[row["Month"], row["Crime type"]] += 1
        if row["Crime type"] == "Drugs":
            ends[row["Last outcome category"] or "(blank)"] += 1
    months = sorted({m for m, _ in kinds})
    write(
        out / "drug_offences.csv",
        ["period", "count"],
        [[m, kinds[m, "Drugs"]] for m in months],
    )
    write(
        out / "drug_offence_outcomes.csv",
        ["period", "last_outcome", "count"],
        [[f"{months[0]}/{months[-1]}", e, n] for e, n in sorted(ends.items())],
    )
    write(
        out / "acquisitive_offences.csv",
        ["period", "count", *ACQUISITIVE.values()],
        [
            [m, sum(kinds[m, k] for k in ACQUISITIVE), *(kinds[m, k] for k in ACQUISITIVE)]
            for m in months
        ],
    )
    write(
        out / "violent_offences.csv",
        ["period", "count"],
        [[m, kinds[m, VIOLENT]] for m in months],
    )


def deaths(raw: Path, out: Path) -> None:
    """Drug-poisoning deaths by year of registration; in Wales also those with an opiate."""
    table = {
        AUTHORITIES[r["code"]]: r
        for r in rows(raw / RAW["deaths"], "cp1252")
        if r["code"] in AUTHORITIES
    }
    years = sorted(c for c in next(iter(table.values())) if c.isdigit())
    names = list(AUTHORITIES.values())
    write(
        out / "drug_poisoning_deaths.csv",
        ["period", "count", *names],
        [
            [y, sum(number(table[n][y]) for n in names), *(number(table[n][y]) for n in names)]
            for y in years
        ],
    )
    wales: dict[str, dict[str, int]] = {}
    for row in rows(raw / RAW["substances"], "cp1252"):
        if row["Usual residence name"] == "Wales":
            year, substance = row["Year of death registration"], row["Substance"][:2]
            wales.setdefault(year, {})[substance] = number(row["Deaths"])
    write(
        out / "drug_poisoning_deaths_wales.csv",
        ["period", "count", "any_opiate"],
        [[y, wales[y]["01"], wales[y]["02"]] for y in sorted(wales)],
    )


def population(raw: Path, out: Path) -> None:
    """Residents and people aged 15 to 64 by authority from 2001; residents by group, 2011."""
    body: list[list[object]] = []
    for row in rows(raw / RAW["population"]):
        if row["code"] in AUTHORITIES and int(row["year"]) >= 2001:
            ages = {c: number(v) for c, v in row.items() if c.startswith("Age")}
            adults = sum(ages[f"Age {a}"] for a in range(15, 65))
            body.append([row["year"], AUTHORITIES[row["code"]], sum(ages.values()), adults])
    body.sort(key=lambda line: (str(line[0]), str(line[1])))
    write(out / "population.csv", ["period", "authority", "residents", "aged_15_64"], body)
    residents = {
        row["Ethnicity"]: number(row["Population by ethnicity"])
        for row in rows(raw / RAW["ethnicity"])
        if row["Geography"] == "South Wales"
        and row["Time"] == "2017/18"
        and (row["Ethnicity_type"] == "ONS 2001 5+1" or row["Ethnicity"] == "All")
        and row["Ethnicity"] != "Unreported"
    }
    write(
        out / "population_by_group.csv",
        ["period", "group", "residents"],
        [["2011", g, residents[g]] for g in (*GROUPS[:5], "All")],
    )


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    raw = Path(arguments[0])
    out = Path(arguments[1]) if len(arguments) == 2 else Path(__file__).resolve().parent
    missing = [name for name in RAW.values() if not (raw / name).is_file()]
    if missing:
        print(f"not found in {raw}: {', '.join(missing)}", file=sys.stderr)
        return 1
    for step in (searches, street, deaths, population):
        step(raw, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
