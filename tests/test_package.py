"""What people install is whole, and every machine installs the same."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def lock_entries() -> list[str]:
    return [entry for entry in re.split(r"\n(?=\S)", LOCK.strip()) if not entry.startswith("#")]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile):
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "offramp").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - set(wheel.namelist()) == set()
    assert {"offramp/py.typed", "offramp/cli/app.py"} <= expected


def test_the_wheel_names_its_command_and_licence(wheel: zipfile.ZipFile):
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert b"offramp = offramp.cli.start:main" in wheel.read(names["entry_points.txt"])
    assert b"Apache License" in wheel.read(names["LICENSE"])


def test_the_lock_names_no_host_address_or_path():
    assert not re.search(r"https?:|file:|://|@ |^\s*-|/", LOCK.replace("--hash=", ""), re.MULTILINE)


def test_every_line_of_the_lock_is_one_version_with_hashes():
    names = []
    for entry in lock_entries():
        match = re.match(r"([a-z0-9-]+)==[^ ;]+", entry)
        assert match, entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
        assert "python_version" not in entry and "python_full_version" not in entry, entry
        names.append(match[1])
    assert len(names) == len(set(names)), "the same version on every Python"


def test_the_lock_holds_all_extras_and_what_development_needs():
    locked = {entry.split("==")[0] for entry in lock_entries()}
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(need for needs in extras.values() for need in needs),
        *PROJECT["dependency-groups"]["dev"],
    ]
    missing = {
        name
        for need in wanted
        if (name := plain(re.split(r"[\[<>=~! ]", need)[0])) != "offramp" and name not in locked
    }
    assert not missing
