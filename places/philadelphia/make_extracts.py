"""Make the small extracts of places/philadelphia from the raw public files.

    python make_extracts.py RAW_FOLDER [OUT_FOLDER]

RAW_FOLDER holds the files named in `RAW` (see README.md for publisher and origin); OUT_FOLDER is
the folder of this script unless another is given. Standard library only.

What it takes care of:

- Only sums for the whole city by quarter or year are written: no licence is stated for the
  dashboards, and the raw tables by district, postal code and day stay where they are.
- A quarter that the raw file does not cover to its last day is left out (2020-Q1 ends in
  February). A day that is missing, or given twice, stops the script.
- Outcomes of cases must add up to the "Total" of the same day; the total is not counted too.
- "NA" for naloxone means that nothing was published yet; it stays an empty cell, not 0.
- Until 2014 the table of treatment shows 0 people on buprenorphine and naltrexone. People were
  on them; they were not counted. These years get empty cells and no total.
- Counts of deaths by postal code are withheld below 6 ("<6"). The city's total must lie between
  what the counts by postal code of the place of death allow, or the script stops. By postal code
  of the home they allow 259 to 347 for the last quarter of 2016, and 229 to 321 for that of 2018,
  where the total is 251 and 220: that table is not quite the same count. From it comes only how
  many lived elsewhere ("OOJ", read as out of jurisdiction), in a file of its own.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

RAW = {
    "arrests": "philadelphia/dao_arrest_data_daily_citywide.csv",
    "outcomes": "philadelphia/dao_case_outcomes_data_daily_citywide.csv.xz",
    "deaths": "philadelphia/pdph_overdose_deaths.tsv",
    "places_of_death": "philadelphia/dph_od_incident_counts.csv",
    "homes": "philadelphia/dph_od_resident_counts.csv",
    "naloxone": "philadelphia/dph_dash_n_naloxone_admins.csv",
    "treatment": "philadelphia/pdph_medicaid_beneficiaries_in_medication_assisted_treatment.tsv",
    "hospital": "philadelphia/pdph_hosp_nonfatal_overdoses.tsv",
    "seizures": "philadelphia/pdph_drug_seizures.tsv",
    "population": "census_co-est2019-alldata.csv.xz",
}
ENDS = {
    "Dismissed/Withdrawn/Etc": "dismissed",
    "Diversion": "diversion",
    "Guilty": "guilty",
    "Guilty Plea/Nolo": "guilty_plea",
    "Not Guilty/Acquittal": "not_guilty",
}
GIVERS = {"EMS": "ambulance", "Police": "police", "SEPTA": "transit_police"}
MEDICINES = ("methadone", "buprenorphine", "naltrexone")
SMALL = "<6"

Row = dict[str, str]


def rows(path: Path) -> Iterator[Row]:
    """The rows of a table, with commas or tabs, compressed with xz or not."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8-sig")
    tabs = path.suffix == ".tsv"
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",")


def write(path: Path, head: list[str], body: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(body)
    print(f"{path.name}: {len(body)} rows")


def quarter(day: date) -> str:
    """The quarter of a day: 2019-05-01 is in 2019-Q2."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def whole_quarters(days: Iterable[date]) -> list[str]:
    """The quarters that the days cover from the first to the last day of each, none missing.

    Raises ValueError when a day between the first and the last is missing or given twice.
    """
    found = Counter(days)
    twice = [day for day, times in found.items() if times > 1]
    if twice:
        raise ValueError(f"given twice: {min(twice)}")
    first, last = min(found), max(found)
    run = [first + timedelta(n) for n in range((last - first).days + 1)]
    missing = [day for day in run if day not in found]
    if missing:
        raise ValueError(f"missing: {missing[0]}")
    outside = {quarter(first - timedelta(1)), quarter(last + timedelta(1))}
    return sorted({quarter(day) for day in run} - outside)


def of_wide(column: str) -> str | None:
    """'X2014Q1' is '2014-Q1'; other columns are none."""
    inner = column[1:]
    return f"{inner[:4]}-{inner[4:]}" if column[:1] == "X" and inner[:4].isdigit() else None


def bounds(cells: Iterable[str]) -> tuple[int, int]:
    """The least and the most that counts can add up to, where "<6" is 1 to 5."""
    low = high = 0
    for cell in cells:
        low += 1 if cell == SMALL else int(cell)
        high += 5 if cell == SMALL else int(cell)
    return low, high


def ends_of_day(cells: dict[str, int]) -> dict[str, int]:
    """How the possession cases of one day ended. Raises ValueError if they do not add up."""
    ends = {name: cells[raw] for raw, name in ENDS.items()}
    if sum(ends.values()) != cells["Total"]:
        raise ValueError(f"ends add up to {sum(ends.values())}, not to {cells['Total']}")
    return ends


def arrests(raw: Path, out: Path) -> None:
    """Arrests by quarter with possession, or sale, as the most serious charge."""
    possession: Counter[str] = Counter()
    sales: Counter[str] = Counter()
    days = []
    for row in rows(raw / RAW["arrests"]):
        day = date.fromisoformat(row["date_value"])
        days.append(day)
        possession[quarter(day)] += int(row["Drug Possession"])
        sales[quarter(day)] += int(row["Drug Sales"])
    write(
        out / "possession_arrests.csv",
        ["period", "count", "sales"],
        [[q, possession[q], sales[q]] for q in whole_quarters(days)],
    )


def outcomes(raw: Path, out: Path) -> None:
    """Possession cases by the quarter in which they ended, and how."""
    by_day: dict[str, dict[str, int]] = {}
    for row in rows(raw / RAW["outcomes"]):
        cells = by_day.setdefault(row["date_value"], {})
        cells[row["dispoType"]] = int(row["Drug Possession"])
    ended: dict[str, Counter[str]] = {}
    for day, cells in by_day.items():
        ended.setdefault(quarter(date.fromisoformat(day)), Counter()).update(ends_of_day(cells))
    # Courts are closed on some days, so days are missing; only the last quarter is cut off.
    last = quarter(date.fromisoformat(max(by_day)))
    write(
        out / "possession_case_outcomes.csv",
        ["period", "count", *ENDS.values()],
        [
            [q, ended[q].total(), *(ended[q][n] for n in ENDS.values())]
            for q in sorted(ended)
            if q != last
        ],
    )


def deaths(raw: Path, out: Path) -> None:
    """Deaths by quarter; in a second file those of people who lived elsewhere."""
    total = {
        f"{row['year']}-{row['quarter']}": int(row["deaths"]) for row in rows(raw / RAW["deaths"])
    }
    by_place = list(rows(raw / RAW["places_of_death"]))
    for column in by_place[0]:
        period = of_wide(column)
        if period is not None:
            low, high = bounds(row[column] for row in by_place)
            if not low <= total[period] <= high:
                raise ValueError(f"{period}: {total[period]} is not in {low} to {high}")
    write(
        out / "overdose_deaths.csv",
        ["period", "count"],
        [[q, total[q]] for q in sorted(total)],
    )
    elsewhere = next(row for row in rows(raw / RAW["homes"]) if row["Zip.Code"] == "OOJ")
    write(
        out / "deaths_lived_elsewhere.csv",
        ["period", "count"],
        [[q, elsewhere[c]] for c in elsewhere if (q := of_wide(c)) is not None],
    )


def naloxone(raw: Path, out: Path) -> None:
    """Naloxone given by ambulance crews, police and transit police, by quarter."""
    table = {GIVERS[row["X"]]: row for row in rows(raw / RAW["naloxone"])}
    columns = [c for c in table["ambulance"] if of_wide(c) is not None]

    def cell(giver: str, column: str) -> str:
        return "" if table[giver][column] == "NA" else str(int(table[giver][column]))

    for giver in ("ambulance", "police"):
        given = [[of_wide(c), cell(giver, c)] for c in columns]
        first = next(n for n, line in enumerate(given) if line[1] != "")
        body: list[list[object]] = [list(line) for line in given[first:]]
        head = ["period", "count"]
        if giver == "police":
            head.append("transit_police")
            for line, c in zip(body, columns[first:], strict=True):
                line.append(cell("transit_police", c))
        write(out / f"naloxone_by_{giver}.csv", head, body)


def treatment(raw: Path, out: Path) -> None:
    """People with Medicaid on each medicine, by year; the total is methadone and buprenorphine."""
    table: dict[str, dict[str, int]] = {}
    for row in rows(raw / RAW["treatment"]):
        table.setdefault(row["year"], {})[row["treatment"]] = int(row["individuals"])
    body: list[list[object]] = []
    for year, people in sorted(table.items()):
        counted = people["buprenorphine"] > 0
        total = people["methadone"] + people["buprenorphine"] if counted else ""
        shown = [people[m] if m == "methadone" or counted else "" for m in MEDICINES]
        body.append([year, total, *shown])
    write(out / "medicaid_treatment.csv", ["period", "count", *MEDICINES], body)


def hospital(raw: Path, out: Path) -> None:
    """Overdoses treated in hospital that were survived, by year."""
    body: list[list[object]] = [[r["year"], int(r["cases"])] for r in rows(raw / RAW["hospital"])]
    write(out / "hospital_overdoses.csv", ["period", "count"], body)


def seizures(raw: Path, out: Path) -> None:
    """What seized drugs were, in percent, by quarter."""
    table = list(rows(raw / RAW["seizures"]))
    drugs = [c for c in table[0] if c not in ("year", "quarter")]
    write(
        out / "drug_seizures.csv",
        ["period", *(f"percent_{drug}" for drug in drugs)],
        [[f"{r['year']}-{r['quarter']}", *(int(r[drug]) for drug in drugs)] for r in table],
    )


def population(raw: Path, out: Path) -> None:
    """Residents of Philadelphia County, which is the city, at mid-year."""
    (row,) = (
        r
        for r in rows(raw / RAW["population"])
        if (r["STNAME"], r["CTYNAME"]) == ("Pennsylvania", "Philadelphia County")
    )
    write(
        out / "population.csv",
        ["period", "residents"],
        [[year, int(row[f"POPESTIMATE{year}"])] for year in range(2010, 2020)],
    )


STEPS = (arrests, outcomes, deaths, naloxone, treatment, hospital, seizures, population)


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
    for step in STEPS:
        step(raw, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
