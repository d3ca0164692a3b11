"""Made-up stops in the form of data.police.uk, for tests: counts are chosen, so they are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from offramp.data.importing import import_files
from offramp.data.raw import sources
from offramp.data.reading import Options
from offramp.data.store import open_store

HEAD = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
)
SAID = {
    "white": "White - English/Welsh/Scottish/Northern Irish/British",
    "black": "Black/African/Caribbean/Black British - African",
    "asian": "Asian/Asian British - Indian",
    "unsaid": "Other ethnic group - Not stated",
}
NOTHING = "A no further action disposal"


@dataclass(frozen=True)
class Stop:
    """`n` equal stops, spread over the days of a month (`2021-03`)."""

    month: str
    n: int
    outcome: str = NOTHING
    found: bool | None = False
    group: str = "white"
    sex: str = "Male"
    age: str = "18-24"
    clock: str = "12:00"
    drugs: bool = True
    where: str = "51.55,-0.15"
    day: int = 0  # 0: one after the other


def lines(stops: Iterable[Stop]) -> list[str]:
    out = [HEAD]
    for stop in stops:
        law = (
            "Misuse of Drugs Act 1971 (section 23)"
            if stop.drugs
            else "Firearms Act 1968 (section 47)"
        )
        what = "Controlled drugs" if stop.drugs else "Firearms"
        linked = "" if stop.found is None else str(stop.found)
        seen = {"white": "White", "black": "Black", "asian": "Asian"}.get(stop.group, "")
        for i in range(stop.n):
            day = stop.day or 1 + (i * 27 // max(1, stop.n - 1) if stop.n > 1 else 14)
            out.append(
                f"Person search,{stop.month}-{day:02d}T{stop.clock}:00+00:00,False,,{stop.where},"
                f"{stop.sex},{stop.age},{SAID[stop.group]},{seen},{law},{what},{stop.outcome},"
                f"{linked},False"
            )
    return out


def months(year: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def place(folder: Path, extra: str = "") -> Path:
    """A place of 120,000 people: 100,000 White, 10,000 Black, 10,000 Asian."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = "".join(
        f'[[people.groups]]\nname = "{name}"\n{"reference = true" if name == "White" else ""}\n'
        f'residents = {{ value = {n}, source = "made up", on = 2021 }}\n'
        for name, n in (("White", 100_000), ("Black", 10_000), ("Asian", 10_000))
    )
    (folder / "place.toml").write_text(
        'name = "Testham"\ncountry = "GB"\nas_of = 2024-01-01\n'
        '[agency]\nname = "Testham Police"\n'
        '[people.residents]\nvalue = 120000\nsource = "made up"\non = 2021\n'
        f"{groups}{extra}",
        encoding="utf-8",
    )
    return folder


def take(folder: Path, agency: str, stops: Iterable[Stop]) -> None:
    """Import stops of an agency into the place's store."""
    file = folder.parent / f"{agency}.csv"
    file.write_text("\n".join(lines(stops)) + "\n", encoding="utf-8")
    import_files(open_store(folder), sources([file]), Options(agency=agency))


def table(folder: Path, name: str, mapping: str, rows: str) -> None:
    """Import a table of our own with a mapping."""
    from offramp.data.rules import read_rules

    rules = folder.parent / f"{name}.toml"
    rules.write_text(mapping, encoding="utf-8")
    file = folder.parent / f"{name}.csv"
    file.write_text(rows, encoding="utf-8")
    options = Options(reader=read_rules(rules), mapping=True, agency="testham")
    import_files(open_store(folder), sources([file]), options)
