"""One day for all tests: law that was checked in 2026 must not read as too old in 2028."""

from __future__ import annotations

import os

os.environ["OFFRAMP_TODAY"] = "2026-11-25"
