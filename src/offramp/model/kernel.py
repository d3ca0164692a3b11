"""One decorator for everything that runs inside the week loop.

`kernel` compiles with Numba (no GIL, no bounds checks) and caches the machine code in a folder
named by a hash of everything in `model/` and by Numba's version. Numba's own cache looks only at
the file of the function itself and would return stale results after an edit in a called file.
"""

from __future__ import annotations

import gc
import getpass
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import event

HERE = Path(__file__).resolve().parent
F = TypeVar("F", bound=Callable[..., Any])


def code_hash(folder: Path = HERE) -> str:
    """Hash of all source and parameter files of the model, by content, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml"} and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _ours_alone(folder: Path) -> bool:
    """Whether a folder where all may write is ours and closed to others: code is loaded from it."""
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        state = folder.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid()
    return ours and state.st_mode & 0o022 == 0


def cache_folder() -> Path:
    """First writable of: $OFFRAMP_CACHE, the user's cache folder, a private temporary folder."""
    name = f"kernels-{code_hash()}-numba-{numba.__version__}"
    candidates = []
    if os.environ.get("OFFRAMP_CACHE"):
        candidates.append(Path(os.environ["OFFRAMP_CACHE"]))
    if os.environ.get("LOCALAPPDATA"):
        candidates.append(Path(os.environ["LOCALAPPDATA"]) / "offramp")
    if os.environ.get("XDG_CACHE_HOME"):
        candidates.append(Path(os.environ["XDG_CACHE_HOME"]) / "offramp")
    if os.environ.get("HOME"):
        candidates.append(Path(os.environ["HOME"]) / ".cache" / "offramp")
    try:
        who = getpass.getuser()
    except (KeyError, OSError, ImportError):
        who = str(os.getuid()) if hasattr(os, "getuid") else "me"
    for candidate in candidates:
        folder = candidate / name
        if _writable(folder):
            return folder
    shared = Path(tempfile.gettempdir()) / f"offramp-{who}"
    if _ours_alone(shared) and _writable(shared / name):
        return shared / name
    return Path(tempfile.mkdtemp(prefix="offramp-kernels-"))


setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 (numba declares no such name)


class _CollectsNothing(event.Listener):
    """Python's search for cyclic garbage rests while Numba compiles, and saves a tenth of it.

    Numba tells of the start and end of each function within its lock, those it calls inside.
    """

    def __init__(self) -> None:
        self.deep = 0
        self.usual = False

    def on_start(self, _: object) -> None:
        if self.deep == 0:
            self.usual = gc.isenabled()
            gc.disable()
        self.deep += 1

    def on_end(self, _: object) -> None:
        self.deep -= 1
        if self.deep == 0 and self.usual:
            gc.enable()


event.register("numba:compile", _CollectsNothing())

_INNER: dict[str, Any] = {
    "nogil": True,
    "cache": True,
    "boundscheck": False,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
_NEVER_FROM_PYTHON: dict[str, Any] = {"no_cpython_wrapper": True}


def kernel(function: F) -> F:
    """Compile a function of the week loop; release the GIL; cache by the hash of `model/`.

    It can be called from other kernels only (without wrappers for calls from Python the whole
    loop compiles in half the time) and may not allocate: arrays are not counted inside, which
    saves a quarter of the run. `door` compiles one that Python calls.
    """
    compiled: F = numba.njit(**_INNER, **_NEVER_FROM_PYTHON)(function)
    return compiled


def part(function: F) -> F:
    """A kernel that is merged into the one place that calls it, and never compiled by itself.

    Numba optimises a function with everything it calls, again at each level of callers: merging
    the largest saves a fifth of the compilation.
    """
    compiled: F = numba.njit(**_INNER, **_NEVER_FROM_PYTHON, inline="always")(function)
    return compiled


def door(function: F) -> F:
    """The same, callable from Python; it may not allocate either."""
    compiled: F = numba.njit(**_INNER)(function)
    return compiled
