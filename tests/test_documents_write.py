"""Results appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.documents.write import write_all

FILES = {"a.txt": b"new a", "b.txt": b"new b"}


def inside(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_written_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert write_all(out, FILES) == [out / "a.txt", out / "b.txt"]
    (out / "other.txt").write_bytes(b"stays")
    write_all(out, {"a.txt": b"newer a"})
    assert inside(out) == {"a.txt": b"newer a", "b.txt": b"new b", "other.txt": b"stays"}


def test_a_target_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_all(tmp_path / "out", FILES)
    assert "is a file, not a folder" in str(caught.value)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"


def test_a_path_through_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_all(tmp_path / "file" / "out", FILES)
    assert "is a file" in str(caught.value)


def test_a_folder_in_the_place_of_a_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old a")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(InputError) as caught:
        write_all(tmp_path, FILES)
    assert "is a folder where a file is to be written" in str(caught.value)
    assert (tmp_path / "a.txt").read_bytes() == b"old a"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission to write here"),
    ],
)
def test_a_refusal_while_writing_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_bytes(b"old a")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(InputError) as caught:
        write_all(out, FILES)
    assert says in str(caught.value)
    assert str(out) in str(caught.value)
    assert inside(out) == {"a.txt": b"old a"}


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
def test_a_stop_between_two_files_puts_the_first_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old a")
    real = Path.replace

    def stop(source: Path, target: Path) -> Path:
        if target.name == "b.txt":
            raise fault
        return real(source, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises((KeyboardInterrupt, InputError)):
        write_all(tmp_path, FILES)
    assert inside(tmp_path) == {"a.txt": b"old a"}


def test_folders_made_for_nothing_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_all(tmp_path / "deep" / "out", FILES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders are read-only on POSIX systems")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    out = Path("/proc/offramp") if os.geteuid() == 0 else tmp_path / "locked" / "out"
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
    elif not Path("/proc").is_dir():
        pytest.skip("no folder here that root may not write to")
    with pytest.raises(InputError) as caught:
        write_all(out, FILES)
    assert "could not be written" in str(caught.value)


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a plain file name"):
        write_all(tmp_path, {"../a.txt": b""})
