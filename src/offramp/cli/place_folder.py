"""The argument PLACE, and folders to write to, as every command takes them.

`readable=False`: Typer would call a folder that may not be read a wrong usage (exit 2), before the
command could say what is wrong; it is wrong input (exit 1).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PlaceFolder = Annotated[
    Path,
    typer.Argument(metavar="PLACE", help="Folder that holds place.toml.", readable=False),
]
