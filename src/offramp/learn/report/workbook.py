"""A workbook of plain sheets. The same rows give the same bytes: no clock, no machine's name."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence

from offramp.documents.same_bytes import without_times

Value = str | float | int | None
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDEST = 70


def workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """sheets: name -> (heads, rows). Text is never read as a formula, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    from offramp import __version__

    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for name, (heads, rows) in sheets.items():
        sheet = book.create_sheet(name)
        widths = [len(head) for head in heads]
        for number, line in enumerate([heads, *rows], 1):
            for place, value in enumerate(line, 1):
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    cell.value = CONTROL.sub("", value)
                    cell.data_type = "s"
                else:
                    cell.value = value
                wide = isinstance(value, str) and len(value) > WIDEST
                cell.alignment = Alignment(vertical="top", wrap_text=wide)
                if number == 1:
                    cell.font = Font(bold=True)
                widths[place - 1] = max(widths[place - 1], min(WIDEST, len(str(value or ""))))
        for place, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width + 2
        sheet.freeze_panes = "A2"
    book.properties.creator = f"offramp {__version__}"
    made = io.BytesIO()
    book.save(made)
    return without_times(made.getvalue())
