"""Make the tables of src/offramp/place/prefilled from the raw public files.

    python scripts/make_prefilled.py RAW_FOLDER [OUT_FOLDER]

RAW_FOLDER holds the folders `uk` and `ca` with the files named below (publishers, licences and
origin: src/offramp/place/prefilled/README.md). Standard library only; it stands on the script
that made places/south-wales, and takes the same care: ONS files are cp1252, populations from 2001
on only, a drug search is one under section 23, months of files, unfinished months left out.

Which force an authority belongs to is not in any of the files. It is worked out, in this order:

- county: metropolitan boroughs and London boroughs by their county (the ONS lists them under it);
- hand: the thirteen authorities of Thames Valley, of which no street file is at hand,
  City of London;
- street: the force that recorded at least four in five of the drug offences, five or more, in the
  small areas named after the authority (without the British Transport Police). Authorities that
  were merged since 2011 are found under their old names.

The check: residents of 2011 by force, added up from authorities, lie within 1% of the residents
that the Race Disparity Unit published by force. The script stops when they do not.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "places" / "south-wales"))

from make_extracts import ACQUISITIVE, DRUG_SEARCH, NO_ACTION, UNFINISHED_ABOVE, VIOLENT
from prefilled_names import BY_HAND, COUNTIES, FORCES, GROUPS, NOW_CALLED, PROVINCES

OUT = Path(__file__).resolve().parents[1] / "src" / "offramp" / "place" / "prefilled"
UK = {
    "population": "nomis_la_population_estimates.csv.xz",
    "deaths": "ons_drug_poisoning_deaths_by_local_authority_1993_2020.csv",
    "substances": "ons_drug_poisoning_by_region_substance_1993_2020.csv",
    "offences": "street_crime_all_forces_counts_2018-10_2019-02.csv.xz",
    "drug_offences": "street_drug_offences_40forces_2018-10_2019-02.csv.xz",
    "ethnicity": "ethnicity_facts_stop_search_by_force_2006_2018.csv.xz",
    "wales": "wales_4forces_stop_search_2019-04_2022-03.csv.xz",
    "london": "met_stop_search_2018.csv.xz",
}
CANADA = "phac_substance_harms_2016_2025Q3.csv.xz"

Row = dict[str, str]


def rows(path: Path, encoding: str = "utf-8-sig") -> Iterator[Row]:
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode(encoding)
    yield from csv.DictReader(io.StringIO(text, newline=""))


def write(path: Path, head: list[str], body: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(body)
    print(f"{path.parent.name}/{path.name}: {len(body)} rows")


def number(text: str) -> int:
    return int(text.replace(",", "").strip() or 0)


def authorities(raw: Path) -> dict[str, tuple[str, str, str]]:
    """Authority code -> name, force, how it was found."""
    names = {
        row["code"]: row["name"]
        for row in rows(raw / UK["population"])
        if row["year"] == "2020" and row["code"][:1] in "EW"
    }
    county: dict[str, str] = {}
    current = ""
    for row in rows(raw / UK["deaths"], "cp1252"):
        code = row["code"]
        if code[:3] not in ("E08", "E09"):
            current = COUNTIES.get(code, "")
        elif current:
            county[code] = current
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(raw / UK["drug_offences"]):
        if row["LSOA name"] and row["force_slug"] not in ("btp", "northern-ireland"):
            old = row["LSOA name"].rsplit(" ", 1)[0]
            seen[NOW_CALLED.get(old, old)][row["force_slug"]] += 1
    found: dict[str, tuple[str, str, str]] = {}
    for code, name in names.items():
        if name in BY_HAND:
            found[code] = (name, BY_HAND[name], "hand")
        elif code in county:
            found[code] = (name, county[code], "county")
        else:
            (force, most), total = seen[name].most_common(1)[0], seen[name].total()
            if total < 5 or most < 0.8 * total:
                raise SystemExit(f"no force for {name}: {dict(seen[name])}")
            found[code] = (name, force, "street")
    return found


def regions(raw: Path, out: Path, force_of: dict[str, str]) -> None:
    """Deaths of 2016 to 2020 by region, those with an opiate, and the forces of each region."""
    spelled = {"east": "East of England", "yorkshire and the humber": "Yorkshire and The Humber"}
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows(raw / UK["substances"], "cp1252"):
        if "2016" <= row["Year of death registration"] <= "2020":
            counts[row["Usual residence name"], row["Substance"][:2]] += number(row["Deaths"])
    where: dict[str, Counter[str]] = defaultdict(Counter)
    region = ""
    for row in rows(raw / UK["deaths"], "cp1252"):
        if row["code"][:3] in ("E12", "W92"):
            name = row["name"].strip().lower()
            region = spelled.get(name, name.title())
        elif row["code"] in force_of:
            where[force_of[row["code"]]][region] += 1
    write(
        out / "regions.csv",
        ["force", "region", "deaths_2016_2020", "with_an_opiate"],
        [[f, r, counts[r, "01"], counts[r, "02"]]
         for f, *_ in FORCES for r in [where[f].most_common(1)[0][0]]],
    )  # fmt: skip


def uk(raw: Path, out: Path) -> None:
    table = authorities(raw)
    force_of = {code: force for code, (_, force, _) in table.items()}
    write(out / "forces.csv", ["id", "name", "agency"], [list(f[:3]) for f in FORCES])
    write(
        out / "authorities.csv",
        ["code", "authority", "force", "how"],
        [[code, *table[code]] for code in sorted(table)],
    )
    residents, adults, in_2011 = Counter[str](), Counter[str](), Counter[str]()
    for row in rows(raw / UK["population"]):
        force = force_of.get(row["code"])
        if force is None or row["year"] not in ("2011", "2020"):
            continue
        ages = {c: number(v) for c, v in row.items() if c.startswith("Age")}
        if row["year"] == "2011":
            in_2011[force] += sum(ages.values())
        else:
            residents[force] += sum(ages.values())
            adults[force] += sum(ages[f"Age {a}"] for a in range(15, 65))
    write(
        out / "population.csv",
        ["force", "residents_2020", "aged_15_64_2020"],
        [[f, residents[f], adults[f]] for f, *_ in FORCES],
    )
    by_force(raw, out, in_2011)
    deaths: Counter[tuple[str, str]] = Counter()
    for row in rows(raw / UK["deaths"], "cp1252"):
        if row["code"] in force_of:
            for year in (c for c in row if c.isdigit()):
                deaths[force_of[row["code"]], year] += number(row[year])
    years = sorted({year for _, year in deaths})
    write(
        out / "deaths.csv",
        ["force", *years],
        [[f, *(deaths[f, y] for y in years)] for f, *_ in FORCES],
    )
    regions(raw, out, force_of)
    offences(raw, out)
    drug_searches(raw, out)


def by_force(raw: Path, out: Path, in_2011: Counter[str]) -> None:
    """Residents by group and all searches by year, as published by force; the check."""
    called = {published: force for force, _, _, published in FORCES}
    groups: dict[tuple[str, str], int] = {}
    searches: dict[tuple[str, str], str] = {}
    for row in rows(raw / UK["ethnicity"]):
        force = called.get(row["Geography"])
        if force is None:
            continue
        kind, who = row["Ethnicity_type"], row["Ethnicity"]
        count = row[" Number of stop and searches "]
        five = kind == "ONS 2001 5+1" or who == "All"
        known = who != "Unreported" and row["Population by ethnicity"].strip() != "N/A"
        if row["Time"] == "2017/18" and five and known:
            groups[force, who] = number(row["Population by ethnicity"])
        if who == "All":
            searches[force, row["Time"]] = count if count.strip("N/A ") else ""
    for force, *_ in FORCES:
        mine, theirs = in_2011[force], groups.get((force, "All"))
        if theirs is None:
            print(f"no residents published by force: {force}")
        elif abs(mine / theirs - 1) > 0.01:
            raise SystemExit(f"{force}: {mine} residents in 2011, published {theirs}")
    write(
        out / "residents_by_group.csv",
        ["force", *GROUPS],
        [[f, *(groups[f, g] for g in GROUPS)] for f, *_ in FORCES if (f, "White") in groups],
    )
    years = sorted({year for _, year in searches})
    write(
        out / "searches.csv",
        ["force", *years],
        [[f, *(number(searches[f, y]) if searches[f, y] else "" for y in years)]
         for f, *_ in FORCES],
    )  # fmt: skip


def offences(raw: Path, out: Path) -> None:
    """Recorded offences of five months, for forces with all five."""
    known = {force for force, *_ in FORCES}
    counts: Counter[tuple[str, str, str]] = Counter()
    months: dict[str, set[str]] = defaultdict(set)
    for row in rows(raw / UK["offences"]):
        if row["force"] not in known:
            continue
        months[row["force"]].add(row["month"])
        kind = row["Crime type"]
        for name, kinds in (("drugs", ["Drugs"]), ("theft", ACQUISITIVE), ("violence", [VIOLENT])):
            if kind in kinds:
                counts[row["force"], row["month"], name] += int(row["n"])
    every = sorted(set().union(*months.values()))
    whole = sorted(f for f in months if len(months[f]) == len(every))
    write(
        out / "offences.csv",
        ["force", "month", "drugs", "acquisitive", "violent"],
        [[f, m, *(counts[f, m, k] for k in ("drugs", "theft", "violence"))]
         for f in whole for m in every],
    )  # fmt: skip
    print("without five whole months:", ", ".join(sorted(known - set(whole))))


def drug_searches(raw: Path, out: Path) -> None:
    """Drug searches and all searches by month of five forces; unfinished months left out."""
    counts: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    nothing: Counter[tuple[str, str]] = Counter()
    for file, force in (("wales", ""), ("london", "metropolitan")):
        for row in rows(raw / UK[file]):
            where = force or row["force"]
            # London's file is one of a year in universal time; the Welsh rows name their month.
            key = (where, row.get("file_month") or row["Date"][:7])
            every[key] += 1
            if row["Legislation"] == DRUG_SEARCH:
                counts[key] += 1
                nothing[key] += row["Outcome"] == NO_ACTION
    body: list[list[object]] = []
    for key in sorted(counts):
        if nothing[key] <= UNFINISHED_ABOVE * counts[key]:
            body.append([*key, counts[key], every[key]])
    write(out / "drug_searches.csv", ["force", "month", "drug_searches", "searches"], body)


def canada(raw: Path, out: Path) -> None:
    """Opioid deaths by quarter, and residents, which follow from a count and its rate."""
    quarters: dict[str, dict[str, str]] = defaultdict(dict)
    yearly: dict[tuple[str, str, str, str], dict[str, float]] = defaultdict(dict)
    for row in rows(raw / CANADA):
        if row["Region"] not in PROVINCES.values() or row["Specific_Measure"] != "Overall numbers":
            continue
        value = row["Value"].strip()
        if row["Time_Period"] == "By quarter":
            if (row["Substance"], row["Source"], row["Unit"]) == ("Opioids", "Deaths", "Number"):
                quarters[row["Region"]][row["Year_Quarter"].replace(" ", "-")] = value
        elif row["Year_Quarter"].isdigit() and row["Unit"] in ("Number", "Crude rate"):
            key = (row["Region"], row["Year_Quarter"], row["Substance"], row["Source"])
            if value.replace(".", "").isdigit():
                yearly[key][row["Unit"]] = float(value)
    body: list[list[object]] = []
    people: list[list[object]] = []
    for slug, name in PROVINCES.items():
        values = quarters[name]
        known = [q for q in sorted(values) if values[q].replace(".", "").isdigit()]
        if not known:
            print(f"no quarterly deaths: {name}")
            continue
        for quarter in sorted(q for q in values if known[0] <= q <= known[-1]):
            value = values[quarter]
            good = value.replace(".", "").isdigit()
            body.append([slug, quarter, int(float(value)) if good else ""])
        year = max(y for r, y, *_ in yearly if r == name)
        rate, count, what = max(
            (v["Crude rate"], v["Number"], f"{s}, {o}")
            for (r, y, s, o), v in yearly.items()
            if r == name and y == year and len(v) == 2
        )
        low, high = (count / (rate + half) * 100_000 for half in (0.05, -0.05))
        people.append(
            [slug, name, year, round(count / rate * 100_000), int(low), int(high) + 1, what]
        )
    write(out / "deaths.csv", ["province", "quarter", "deaths"], body)
    write(
        out / "provinces.csv",
        ["id", "name", "year", "residents", "low", "high", "from"],
        people,
    )


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    raw = Path(arguments[0])
    out = Path(arguments[1]) if len(arguments) == 2 else OUT
    needed = [*(raw / "uk" / name for name in UK.values()), raw / "ca" / CANADA]
    missing = [str(path) for path in needed if not path.is_file()]
    if missing:
        print(f"not found: {', '.join(missing)}", file=sys.stderr)
        return 1
    uk(raw / "uk", out / "england-wales")
    canada(raw / "ca", out / "canada")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
