"""The command line: finds the verb, loads only its module, and turns failures into plain lines.

Contract for the modules of this room, one verb a file:

- `cli/<verb>.py` exposes either `app`, a `typer.Typer` with sub-commands (guide, place), or
  `command`, a typed function with Typer annotations (fit, plan, brief). The docstring of
  `command`, or the `help` of `app`, is what `offramp <verb> --help` prints.
- PLACE, files and folders are plain `pathlib.Path` arguments *without* `exists=True`, with
  `typer.Argument(metavar="PLACE")`; languages and ids are plain `str`. A path that does not exist
  or an unknown id is wrong input: raise `InputError` (exit 1). Exit 2 is only for flags and
  arguments that cannot be parsed.
- Imports of pandas, numba and the like stand inside the command.
- With `--json` call `offramp.cli.output.print_json(document)` once; progress and messages go to
  stderr, `print(..., file=sys.stderr)`.
- Do not catch `InputError`, `KeyboardInterrupt` or `OSError` in order to print them: `main` does.
  Remove what is half-written and let them pass. `raise typer.Exit(3)`: done, with warnings,
  under `--strict`.

Exit codes: 0 done; 1 wrong input, stopped, or the output cannot be written; 2 flags and arguments
that cannot be parsed; 3 done, with warnings, under `--strict`. (130: stopped while this file was
still being loaded; see `start`. 143: `calibrate` or `validate` was told to stop
by the system; see `stopping`.)

The first level is a table and not a Typer group, so that `offramp --help` imports nothing.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, cast

from offramp import __version__


class Verb(NamedTuple):
    """A word after `offramp`: the module that holds it and its line in the help."""

    name: str
    module: str
    help: str


VERBS: tuple[Verb, ...] = (
    Verb("guide", "offramp.cli.guide", "What police can do besides arrest: list, show, check."),
    Verb("place", "offramp.cli.place", "Describe a place: new, improve, questions, check, show."),
    Verb("fit", "offramp.cli.fit", "Hold each option against a place: what is ready, what is not."),
    Verb("policy", "offramp.cli.policy", "What an officer may do in an encounter: check, decide."),
    Verb("plan", "offramp.cli.plan", "Compare what each option would probably change in a place."),
    Verb("calibrate", "offramp.cli.calibrate", "Fit the model to a place's own counts over time."),
    Verb("validate", "offramp.cli.validate", "Repeat published studies inside the model."),
    Verb("brief", "offramp.cli.brief", "Write the briefing of a place: page, PDF and results."),
    Verb("data", "offramp.cli.data", "Check, import and take back data: police, health, surveys."),
    Verb("learn", "offramp.cli.learn", "Did it work, for whom? Evaluate a pilot; protect a table."),
)

DONE, WRONG_INPUT, WRONG_USAGE = 0, 1, 2
OF_PATHS = ("fit", "plan", "calibrate", "brief")  # whose words are paths
OUT = ("-o", "--out")
LAST_SECOND = 253_402_300_799  # of the year 9999
TYPER_INTERRUPTED = 130  # what Typer exits with after Ctrl-C

EXTRA_OF = {
    "numpy": "plan",
    "numba": "plan",
    "scipy": "plan",
    "pandas": "plan",
    "duckdb": "learn",
    "opendp": "privacy",
    "typst": "print",
    "altair": "print",
    "vl_convert": "print",
    "openpyxl": "print",
    "docx": "print",
}

WHAT_WOULD_HELP = {
    errno.ENOSPC: "free some space, or write to another disk",
    errno.EDQUOT: "free some space, or write to another disk",
    errno.EROFS: "choose a folder that can be written to",
    errno.EACCES: "choose a file or folder that you may open, or change its permissions",
    errno.EPERM: "choose a file or folder that you may open, or change its permissions",
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "a part of the path is a file; it must be a folder",
    errno.EISDIR: "the path is a folder; it must be a file",
    errno.EEXIST: "choose another name",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. `argv`: the words after `offramp`."""
    # Imports make tens of thousands of lasting objects: look for garbage later, not among them.
    gc.set_threshold(50_000, 20, 100)
    _speak_utf8()
    if sys.stdout is None:  # started without one, as by a scheduler
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _say("Stopped; nothing was written.")
        return WRONG_INPUT
    except BrokenPipeError:
        # The reader has gone (`offramp guide list | head`): nobody is left to be told.
        _close_stdout()
        return WRONG_INPUT
    except MemoryError:
        _say("offramp: out of memory. Ask for fewer people or runs, or fewer --workers.")
        return WRONG_INPUT
    except OSError as error:
        _say(f"offramp: {_system_error(error)}")
        with suppress(OSError):
            sys.stdout.flush()
        _close_stdout()
        return WRONG_INPUT


def _run(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h"):
        print(help_text())
        return DONE
    if words[0] == "--version":
        print(f"offramp {__version__}")
        return DONE
    name = words[0]
    verb = next((verb for verb in VERBS if verb.name == name), None)
    if verb is None:
        import difflib

        known = [verb.name for verb in VERBS] + ["--help", "--version"]
        near = difflib.get_close_matches(name, known, n=1)
        kind = "option" if name.startswith("-") else "command"
        hint = f" Did you mean '{near[0]}'?" if near else ""
        _say(f"offramp: no such {kind} '{name}'.{hint} Try 'offramp --help'.")
        return WRONG_USAGE
    return _run_verb(verb, words[1:])


def _run_verb(verb: Verb, words: list[str]) -> int:
    from offramp.catalogue.problems import InputError
    from offramp.languages.current import use

    use("en")  # until the command is told otherwise
    try:
        _check_clock()
        if verb.name in OF_PATHS:
            _check_paths(words)
        return _call_typer(verb, words)
    except InputError as error:
        for problem in error.problems:
            _say(" ".join(str(problem).splitlines()))
        return WRONG_INPUT
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in EXTRA_OF:
            extra = EXTRA_OF[missing]
            _say(
                f"offramp: '{verb.name}' needs the part '{extra}', which is not installed "
                f"({missing} is missing). Install it with: pip install 'offramp[{extra}]'"
            )
            return WRONG_INPUT
        if error.name == verb.module:
            _say(f"offramp: this copy has no '{verb.name}' ({verb.module} is missing).")
            return WRONG_INPUT
        raise


def _check_clock() -> None:
    """SOURCE_DATE_EPOCH must be a number of seconds, also for the libraries that read it."""
    from offramp.catalogue.problems import InputError, Problem

    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given == "":
        del os.environ["SOURCE_DATE_EPOCH"]
    elif given is not None and not (
        given.isascii() and given.isdecimal() and int(given) <= LAST_SECOND
    ):
        right = "it must be whole seconds since 1970, such as 1700000000; unset it otherwise"
        raise InputError(Problem("SOURCE_DATE_EPOCH", 0, "", f"is {given[:40]!r}", right))


def _check_paths(words: list[str]) -> None:
    """An empty path is the current folder to the system, and a slip to whoever wrote it."""
    from offramp.catalogue.problems import InputError, Problem

    for before, word in zip(["", *words], words, strict=False):
        of_out = before in OUT or word == "--out="
        empty = not word.strip() and (of_out or not before.startswith("-"))
        if empty or word == "--out=":
            name = "--out" if of_out else "PLACE"
            right = "give a path; a dot is the current folder"
            raise InputError(Problem(name, 0, "", "is empty", right))


def _call_typer(verb: Verb, words: list[str]) -> int:
    import typer
    from typer.main import get_command

    module = importlib.import_module(verb.module)
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer()
        app.command(verb.name)(module.command)
    # Plain text: Rich would slow the start and draw boxes into pipes and log files.
    app.rich_markup_mode = None
    app.pretty_exceptions_enable = False
    app._add_completion = False
    try:
        get_command(app).main(args=words, prog_name=f"offramp {verb.name}")
    except SystemExit as end:
        if end.code == TYPER_INTERRUPTED:
            raise KeyboardInterrupt from None
        return cast(int, end.code or DONE)
    return DONE


def help_text() -> str:
    """What `offramp --help` prints."""
    width = max(len(verb.name) for verb in VERBS)
    return "\n".join(
        [
            "Usage: offramp COMMAND ...",
            "",
            "Find, test, run and judge the alternatives to drug arrest that do the most for",
            "public safety, public health and public confidence in one place.",
            "",
            "Commands:",
            *(f"  {verb.name:<{width}}  {verb.help}" for verb in VERBS),
            "",
            "Options:",
            "  --version  Print the version and stop.",
            "  --help     Print this and stop; 'offramp COMMAND --help' says more.",
        ]
    )


def _speak_utf8() -> None:
    """Write UTF-8, unless the person has chosen another encoding; never fail on a letter.

    A Windows pipe or file would otherwise get the machine's code page.
    """
    chosen = os.environ.get("PYTHONIOENCODING")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if chosen:
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def _say(line: str) -> None:
    with suppress(OSError):
        print(line, file=sys.stderr)


def _system_error(error: OSError) -> str:
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    where = f"{' -> '.join(names)}: " if names else ""
    what = error.strerror or str(error) or type(error).__name__
    help_ = WHAT_WOULD_HELP.get(error.errno or 0)
    if cache := _cache_of(error):
        where = f"{cache}: "
        what = f"cannot keep the compiled model: {what}"
        help_ = "free some space there, or name another folder in OFFRAMP_CACHE"
    elif not names and error.errno in (errno.ENOSPC, errno.EDQUOT):
        what = f"cannot write the output: {what}"
    return f"{where}{what}" + (f"; {help_}" if help_ else "")


def _cache_of(error: OSError) -> str | None:
    """The folder of the compiled model, where that is what could not be written."""
    numba = sys.modules.get("numba")
    if numba is None or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals.get("__name__") == "numba.core.caching":
            return str(numba.config.CACHE_DIR)
        step = step.tb_next
    return None


def _close_stdout() -> None:
    """Point stdout at nothing, so that Python does not complain again while it ends."""
    with suppress(OSError, ValueError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
