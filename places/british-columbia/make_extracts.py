"""Make the small extracts of places/british-columbia from the raw public file.

    python make_extracts.py RAW_FOLDER [OUT_FOLDER]

RAW_FOLDER holds the file named in `RAW` (see README.md for publisher, licence and origin);
OUT_FOLDER is the folder of this script unless another is given. Standard library only.

What it takes care of:

- The file holds the same events by year and by quarter, as numbers, rates and percentages, and by
  sex, age and kind of drug. A quarterly series takes the rows "Overall numbers", "By quarter",
  "Number" only, and each quarter once.
- "Suppr." (withheld) and "n/a" (not available) stay as they are, so that nobody takes them for 0.
  A quarter that is missing between others stops the script.
- Series begin when counting began: ambulance calls in 2017, stimulant deaths in 2018.
- Every series ends with provisional quarters. All of them are written; place.toml says up to
  which quarter they are used.
- Quarters are held against the yearly number of the same file, where every quarter is known.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

RAW = {"harms": "phac_substance_harms_2016_2025Q3.csv.xz"}
REGION = "British Columbia"
SERIES = {
    "opioid_deaths.csv": ("Opioids", "Deaths"),
    "ambulance_opioid.csv": ("Opioids", "Emergency Medical Services (EMS)"),
    "hospital_opioid.csv": ("Opioids", "Hospitalizations"),
    "stimulant_deaths.csv": ("Stimulants", "Deaths"),
    "hospital_stimulant.csv": ("Stimulants", "Hospitalizations"),
}
# column: substance, source, measure, part
SHARES = {
    "opioid_deaths_with_stimulant": ("Opioids", "Deaths", "Involving stimulants", ""),
    "stimulant_deaths_with_opioid": ("Stimulants", "Deaths", "Involving opioids", ""),
    "opioid_deaths_accidental": ("Opioids", "Deaths", "Manner of death", "Accidental"),
    "opioid_deaths_suicide": ("Opioids", "Deaths", "Manner of death", "Suicide"),
    "opioid_deaths_not_pharmaceutical": (
        "Opioids",
        "Deaths",
        "Origin of opioid(s)",
        "Non-pharmaceutical only",
    ),
    "hospital_opioid_accidental": ("Opioids", "Hospitalizations", "Intent", "Accidental"),
    "hospital_opioid_intentional": ("Opioids", "Hospitalizations", "Intent", "Intentional"),
    "hospital_opioid_with_stimulant": ("Opioids", "Hospitalizations", "Involving stimulants", ""),
}
NO_NUMBER = ("Suppr.", "n/a")

Row = dict[str, str]


def rows(path: Path) -> Iterator[Row]:
    """The rows of the file that are about British Columbia."""
    text = lzma.decompress(path.read_bytes()).decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row["Region"] == REGION:
            yield row


def write(path: Path, head: list[str], body: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(body)
    print(f"{path.name}: {len(body)} rows")


def value(text: str) -> str:
    """A count as it is to be written; withheld and missing ones stay what they are."""
    return text if text in NO_NUMBER else str(int(text))


def is_total(row: Row, substance: str, source: str, period: str) -> bool:
    return (
        row["Substance"] == substance
        and row["Source"] == source
        and row["Specific_Measure"] == "Overall numbers"
        and row["Time_Period"] == period
        and row["Unit"] == "Number"
        and row["Aggregator"] == row["Disaggregator"] == ""
    )


def quarters(table: Iterable[Row], substance: str, source: str) -> dict[str, str]:
    """The counts of one kind by quarter ("2016-Q1").

    Raises ValueError for a quarter given twice, one that is missing, or a sum of quarters that is
    not the number of the year.
    """
    counts: dict[str, str] = {}
    years: dict[str, str] = {}
    for row in table:
        if is_total(row, substance, source, "By quarter"):
            period = row["Year_Quarter"].replace(" ", "-")
            if period in counts:
                raise ValueError(f"{substance}, {source}: {period} is given twice")
            counts[period] = value(row["Value"])
        elif is_total(row, substance, source, "By year"):
            years[row["Year_Quarter"]] = row["Value"]
    order = sorted(counts)
    first, last = order[0], order[-1]
    for year in range(int(first[:4]), int(last[:4]) + 1):
        for number in (1, 2, 3, 4):
            period = f"{year}-Q{number}"
            if first <= period <= last and period not in counts:
                raise ValueError(f"{substance}, {source}: {period} is missing")
    for name, number_of_year in years.items():
        parts = [counts.get(f"{name}-Q{n}", "n/a") for n in (1, 2, 3, 4)]
        if any(part in NO_NUMBER for part in parts) or number_of_year in NO_NUMBER:
            continue
        if sum(map(int, parts)) != int(number_of_year):
            raise ValueError(f"{substance}, {source}: {name} is not the sum of its quarters")
    return {period: counts[period] for period in order}


def shares(table: Iterable[Row]) -> tuple[list[str], list[list[str]]]:
    """Percentages by year: head and rows. The year in progress is written as 2025."""
    found: dict[str, dict[str, str]] = {}
    for row in table:
        for column, (substance, source, measure, part) in SHARES.items():
            wanted = (substance, source, measure, "By year", part, "Percent")
            keys = ("Substance", "Source", "Specific_Measure", "Time_Period", "Disaggregator")
            if (*(row[key] for key in keys), row["Unit"]) == wanted:
                year = (row["Year_Quarter"] or row["Aggregator"])[:4]
                found.setdefault(year, {})[column] = row["Value"]
    head = ["period", *(f"percent_{column}" for column in SHARES)]
    body = [[year, *(found[year].get(c, "") for c in SHARES)] for year in sorted(found)]
    return head, body


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
    table = list(rows(raw / RAW["harms"]))
    for name, (substance, source) in SERIES.items():
        counts = quarters(table, substance, source)
        write(out / name, ["period", "count"], [[p, c] for p, c in counts.items()])
    write(out / "shares.csv", *shares(table))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
