"""What of the program decides a posterior's numbers: model and fit, not the words about them.

Corrected words (docstrings, comments, meanings of parameters) leave a posterior good; anything that
might change a number does not.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from pathlib import Path

from offramp.model import kernel
from offramp.model.parameters import declared
from offramp.plan import world


def program_hash() -> str:
    """Hash of the code of the model and of the fit, and of what is declared of each parameter; the
    same under every version of Python."""
    digest = hashlib.sha256()
    for path in (*sorted(kernel.HERE.rglob("*.py")), Path(world.__file__)):
        digest.update(path.name.encode())
        digest.update(without_words(path.read_text(encoding="utf-8")).encode())
    for one in declared().values():
        rests_on = (one.evidence, one.place, one.value, one.fitted, one.lever)
        digest.update(repr((one.name, rests_on, one.without, one.of_arrests, one.limits)).encode())
    return digest.hexdigest()[:16]


def without_words(source: str) -> str:
    """Python source without docstrings, comments and empty lines."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                for row in range(first.lineno, (first.end_lineno or first.lineno) + 1):
                    lines[row - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())
