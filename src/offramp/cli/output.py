"""One JSON document on stdout, readable whatever the code page of the machine."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_json(document: Any) -> None:
    """Print `document` as the only thing on stdout. NaN and infinity are not JSON: ValueError."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
    print(json.dumps(document, ensure_ascii=not utf8, allow_nan=False, indent=2))
