"""Compiled code is kept between runs, and never outlives an edit of what it was compiled from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import offramp
from offramp.model.kernel import cache_folder, code_hash

PACKAGE = Path(offramp.__file__).parent
# A function that Python calls, in one file, that calls a process in another.
ASK = """
import numpy as np
from offramp.model.kernel import door
from offramp.model.processes import supply

@door
def ask(row):
    return supply.disruption(row)
"""
RUN = (
    "import numpy as np; from offramp.model.ask import ask; "
    "from offramp.model.parameters import NAMES; import numba; "
    "value = ask(np.zeros(len(NAMES), np.float32)); "
    "print(value, sum(ask.stats.cache_hits.values()), numba.config.CACHE_DIR)"
)
BEFORE = "return np.float32(1) - excess + excess * now"
AFTER = "return np.float32(7) + now"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the model, with the question in it."""
    copy = tmp_path / "tree" / "offramp"
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE / "model", copy / "model", ignore=leave)
    shutil.copy(PACKAGE / "__init__.py", copy)
    (copy / "model" / "ask.py").write_text(ASK, encoding="utf-8")
    return copy


def ran(tree: Path, **environment: str) -> tuple[float, int, Path]:
    """Value, how often compiled code was found ready, and where it is kept; nothing inherited."""
    usual = {"PYTHONPATH": str(tree.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env=usual | environment,
        cwd=tree.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    value, hits, folder = done.stdout.split(maxsplit=2)
    return float(value), int(hits), Path(folder.strip())


def edit(tree: Path) -> None:
    """Change a process, with the same length of file time stamp as before."""
    path = tree / "model" / "processes" / "supply.py"
    stamp = path.stat().st_mtime_ns
    text = path.read_text(encoding="utf-8")
    assert BEFORE in text
    path.write_text(text.replace(BEFORE, AFTER), encoding="utf-8")
    os.utime(path, ns=(stamp, stamp))


def test_an_edit_in_a_called_process_changes_the_result(tree: Path, tmp_path: Path):
    kept = {"OFFRAMP_CACHE": str(tmp_path / "kept")}
    assert ran(tree, **kept)[:2] == (1.0, 0)
    assert ran(tree, **kept)[:2] == (1.0, 1)  # the second time nothing is compiled
    edit(tree)
    assert ran(tree, **kept)[:2] == (7.0, 0)


def test_it_works_where_neither_the_tree_nor_the_home_folder_can_be_written(
    tree: Path, tmp_path: Path
):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    closed = {
        "HOME": str(file / "home"),  # a path under a file can be written by nobody, not even root
        "XDG_CACHE_HOME": str(file / "cache"),
        "OFFRAMP_CACHE": str(file),
        "TMPDIR": str(temporary),
        "TEMP": str(temporary),
    }
    before = sorted(path.relative_to(tree) for path in tree.rglob("*"))
    for path in (tree, *tree.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    value, _, folder = ran(tree, **closed)
    assert value == 1.0
    assert temporary in folder.parents
    assert ran(tree, **closed)[1] == 1
    for path in (tree, *tree.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    assert sorted(path.relative_to(tree) for path in tree.rglob("*")) == before
    edit(tree)
    assert ran(tree, **closed)[0] == 7.0


def test_code_is_not_loaded_from_a_folder_that_others_could_have_filled(tree: Path, tmp_path: Path):
    import getpass

    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    shared = tmp_path / f"offramp-{getpass.getuser()}"
    shared.mkdir()
    shared.chmod(0o777)
    closed = {"HOME": str(file / "home"), "TMPDIR": str(tmp_path), "LOGNAME": getpass.getuser()}
    value, _, folder = ran(tree, **closed)
    assert value == 1.0
    assert shared not in folder.parents and tmp_path in folder.parents
    assert list(shared.iterdir()) == []


def test_another_compiler_has_its_own_cache_and_the_model_stays_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("OFFRAMP_CACHE", str(tmp_path))
    model, folder = code_hash(), cache_folder()
    monkeypatch.setattr("numba.__version__", "0.0.1")
    assert cache_folder() != folder
    assert code_hash() == model  # posteriors that are shipped stay good


def test_the_hash_sees_names_and_contents_of_source_and_parameters(tmp_path: Path):
    (tmp_path / "a.py").write_text("x = 1", encoding="utf-8")
    first = code_hash(tmp_path)
    assert code_hash(tmp_path) == first
    (tmp_path / "notes.txt").write_text("not code", encoding="utf-8")
    assert code_hash(tmp_path) == first
    (tmp_path / "b.toml").write_text("y = 1", encoding="utf-8")
    second = code_hash(tmp_path)
    (tmp_path / "b.toml").rename(tmp_path / "c.toml")
    assert len({first, second, code_hash(tmp_path)}) == 3
