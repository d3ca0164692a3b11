"""Points already simulated, kept on disk until calibration is done, so that nothing is lost."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from offramp.model.kernel import cache_folder, code_hash
from offramp.plan.calibration.forward import CHANNELS, Case, simulated

Floats = NDArray[np.float64]
CHUNK = 64  # points that are kept together


@dataclass
class Kept:
    """What came of keeping points, in all of a calibration. points: on disk; lost: could not be
    written; why: what the system said, and where."""

    points: int = 0
    lost: int = 0
    why: str = ""
    folder: Path | None = None


class Work:
    """Simulates points, or takes them from a run that was broken off.

    The folder is named by everything the results depend on. done: called with the number of
    points after each; kept: told what is on disk.
    """

    def __init__(
        self, case: Case, workers: int, done: Callable[[int], None], kept: Kept | None = None
    ) -> None:
        self.case = case
        self.workers = workers
        self.done = done
        self.folder = cache_folder().parent / "calibration" / _name(case)
        self.used: list[Path] = []
        self.kept = Kept() if kept is None else kept

    def quarters(self, stage: str, z: Floats) -> Floats:
        """What happens at every point (float64[points, quarters, channels])."""
        found = np.zeros((len(z), self.case.quarters, len(CHANNELS)))
        for start in range(0, len(z), CHUNK):
            part = z[start : start + CHUNK]
            found[start : start + len(part)] = self._chunk(f"{stage}-{start:05d}", part)
        return found

    def _chunk(self, name: str, z: Floats) -> Floats:
        path = self.folder / f"{name}-{hashlib.sha256(z.tobytes()).hexdigest()[:12]}.npy"
        self.used.append(path)
        kept = _read(path, (len(z), self.case.quarters, len(CHANNELS)))
        if kept is not None:
            self.kept.points += len(z)
            self.done(len(z))
            return kept
        found = np.zeros((len(z), self.case.quarters, len(CHANNELS)))
        for k, quarters in simulated(self.case, z, self.workers):
            found[k] = quarters
            self.done(1)
        self._keep(path, found)
        return found

    def _keep(self, path: Path, found: Floats) -> None:
        """A full disk costs only what is kept, never the calibration."""
        try:
            _write(path, found)
        except OSError as error:
            self.kept.lost += len(found)
            self.kept.why = error.strerror or type(error).__name__
            self.kept.folder = self.folder.parent
        else:
            self.kept.points += len(found)

    def forget(self) -> None:
        """What was used here is kept no more; what another calibration of the place keeps, is."""
        for path in self.used:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()


def _name(case: Case) -> str:
    about = [
        case.place.hash, case.place.presets_hash, case.catalogue.hash, code_hash(),
        numba.__version__, _code(), case.people, case.lucks, case.seed, case.unknowns.names,
        case.quarters,
    ]  # fmt: skip
    return hashlib.sha256(repr(about).encode()).hexdigest()[:16]


def _code() -> str:
    """Hash of the code outside the model by which a point becomes what happens."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted(here.parent.glob("*.py")), here / "forward.py", here / "unknowns.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path, shape: tuple[int, ...]) -> Floats | None:
    try:
        found: Floats = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.shape == shape else None


def _write(path: Path, values: Floats) -> None:
    """Whole or not at all."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    part = path.with_suffix(f".{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.write_bytes(buffer.getvalue())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
