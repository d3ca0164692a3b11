"""Whatever goes wrong on the command line: one plain line, the right exit code, no traceback."""

import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offramp import __version__
from offramp.cli import app

VERB = '''
import errno
import os
from pathlib import Path
from typing import Any
from typing import Annotated

import typer

from offramp.catalogue.problems import InputError, Problem


def command(
    place: Path,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Pretend to read a place."""
    from offramp.cli.output import print_json

    match str(place):
        case "bad":
            raise InputError([
                Problem("place.toml", 14, "services.oat_places", "is -20", "it must be 0 or more"),
                Problem("place.toml", 3, "", "the key 'popultion' is unknown", "population"),
            ])
        case "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/briefing.pdf")
        case "memory":
            raise MemoryError
        case "stop":
            raise KeyboardInterrupt
        case "numba":
            raise ModuleNotFoundError("No module named 'numba'", name="numba")
        case "warn":
            raise typer.Exit(3)
    if json:
        print_json({"place": str(place)})
    else:
        print(f"Read {place}: Llanelli, ŵ, Łódź, Москва")
'''


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A verb of its own, so that these tests do not depend on what the real ones do."""
    (tmp_path / "pretend_verb.py").write_text(VERB, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(app, "VERBS", (app.Verb("pretend", "pretend_verb", "Pretend."),))
    yield
    sys.modules.pop("pretend_verb", None)


pytestmark = pytest.mark.usefixtures("pretend")


def test_every_problem_of_an_input_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]):
    assert app.main(["pretend", "bad"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "place.toml, line 3: the key 'popultion' is unknown; population",
        "place.toml, line 14: services.oat_places is -20; it must be 0 or more",
    ]


def test_too_little_memory_says_what_would_help(capsys: pytest.CaptureFixture[str]):
    assert app.main(["pretend", "memory"]) == 1
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "offramp: out of memory. Ask for fewer people or runs, or fewer --workers."
    ]


def test_a_full_disk_is_named_with_the_file_and_what_would_help(
    capsys: pytest.CaptureFixture[str],
):
    assert app.main(["pretend", "full"]) == 1
    err = capsys.readouterr().err
    assert "out/briefing.pdf" in err
    assert "free some space" in err
    assert len(err.splitlines()) == 1


def test_control_c_says_that_nothing_was_written(capsys: pytest.CaptureFixture[str]):
    assert app.main(["pretend", "stop"]) == 1
    assert capsys.readouterr().err == "Stopped; nothing was written.\n"


def before_the_command(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(app.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_control_c_while_the_program_is_loaded_is_one_line():
    done = before_the_command("""if True:
        import sys

        class Stop:
            def find_spec(self, name, *_):
                if name == "offramp.cli.app":
                    raise KeyboardInterrupt

        sys.meta_path.insert(0, Stop())
        from offramp.cli.start import main
        sys.exit(main())
    """)
    assert (done.returncode, done.stderr) == (130, "Stopped; nothing was written.\n")


def test_nothing_is_loaded_before_control_c_can_be_told():
    done = before_the_command("""if True:
        import sys
        before = set(sys.modules)
        from offramp.cli.start import main
        print(*sorted(set(sys.modules) - before))
    """)
    assert done.stdout.split() == ["offramp", "offramp.cli", "offramp.cli.start"]


def test_a_missing_part_is_named_with_the_way_to_install_it(capsys: pytest.CaptureFixture[str]):
    assert app.main(["pretend", "numba"]) == 1
    assert "pip install 'offramp[plan]'" in capsys.readouterr().err


def test_warnings_under_strict_end_with_three():
    assert app.main(["pretend", "warn"]) == 3


@pytest.mark.parametrize(
    "words",
    [["pretned", "x"], ["--verison"], ["pretend"], ["pretend", "x", "y"], ["pretend", "x", "--no"]],
)
def test_words_that_cannot_be_parsed_end_with_two(
    words: list[str], capsys: pytest.CaptureFixture[str]
):
    assert app.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err


def test_a_mistyped_command_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]):
    app.main(["pretned"])
    assert "Did you mean 'pretend'?" in capsys.readouterr().err


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]):
    assert app.main(["pretend", "somewhere", "--json"]) == 0
    assert capsys.readouterr().out == '{\n  "place": "somewhere"\n}\n'


def test_version_and_help_say_what_is_there(capsys: pytest.CaptureFixture[str]):
    assert app.main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
    assert app.main(["--help"]) == 0
    assert "pretend" in capsys.readouterr().out


def run_with_code_page(folder: Path, encoding: str | None) -> subprocess.CompletedProcess[bytes]:
    code = (
        "import sys; from offramp.cli import app; "
        "app.VERBS = (app.Verb('pretend', 'pretend_verb', ''),); "
        "sys.exit(app.main(['pretend', 'x']))"
    )
    source = str(Path(app.__file__).parents[2])
    paths = {"PYTHONPATH": f"{folder}{';' if sys.platform == 'win32' else ':'}{source}"}
    chosen = {"PYTHONIOENCODING": encoding} if encoding else {"LC_ALL": "C", "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, "-c", code], env={**paths, **chosen}, capture_output=True, check=False
    )


def test_letters_outside_the_code_page_do_not_stop_the_program(tmp_path: Path):
    done = run_with_code_page(tmp_path, "cp437")
    assert done.returncode == 0, done.stderr
    assert b"Llanelli" in done.stdout


def test_output_is_utf8_unless_another_encoding_was_chosen(tmp_path: Path):
    done = run_with_code_page(tmp_path, None)
    assert done.returncode == 0, done.stderr
    assert "ŵ, Łódź, Москва" in done.stdout.decode("utf-8")


def test_help_imports_no_verb_and_not_even_typer():
    code = (
        "import sys; from offramp.cli.app import main; main(['--help']); "
        "loaded = {'typer', 'pydantic', 'numpy', 'offramp.cli.guide'} & set(sys.modules); "
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(app.__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_output_into_a_full_device_is_one_line(tmp_path: Path):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "offramp", "--help"],
            env={"PYTHONPATH": str(Path(app.__file__).parents[2])},
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.decode("utf-8").splitlines()) == 1


@pytest.mark.parametrize("given", ["tomorrow", "-1", "1e9", "\u00b2", "999999999999999999"])
def test_a_clock_that_is_no_number_of_seconds_is_refused(
    pretend: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert app.main(["pretend", "here"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("SOURCE_DATE_EPOCH: is ") and "seconds" in err


@pytest.mark.parametrize("given", ["", "1700000000"])
def test_a_clock_in_seconds_or_none_is_taken(
    pretend: None, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert app.main(["pretend", "here"]) == 0


def test_a_full_disk_under_the_compiled_model_names_its_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    kept = types.ModuleType("numba")
    setattr(kept, "config", types.SimpleNamespace(CACHE_DIR="/somewhere/kernels"))  # noqa: B010
    monkeypatch.setitem(sys.modules, "numba", kept)
    full = (
        "import errno, os\ndef save():\n    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))"
    )
    inside: dict[str, Any] = {"__name__": "numba.core.caching"}
    exec(full, inside)
    monkeypatch.setattr(app, "_run", lambda _words: inside["save"]())
    assert app.main(["plan", "somewhere"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("offramp: /somewhere/kernels: cannot keep the compiled model: No space")
    assert "OFFRAMP_CACHE" in said and "the output" not in said
