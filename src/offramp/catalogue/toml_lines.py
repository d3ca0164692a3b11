"""On which line each key of a TOML document stands.

`tomllib` keeps no positions, so this walks the text once more. The text must be valid TOML
(it has been parsed); the walk only has to find its way, not to judge.
"""

from __future__ import annotations

Keys = tuple[str | int, ...]

_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def lines_of(text: str) -> dict[Keys, int]:
    """Keys (list entries by 0-based index) -> 1-based line. `text` has plain line ends."""
    walk = _Walk(text)
    walk.document()
    return walk.found


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Keys, int] = {}
        self.entries: dict[Keys, int] = {}  # arrays of tables: how many entries so far

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def step(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def skip(self, *, newlines: bool) -> None:
        while self.at < len(self.text):
            here = self.peek()
            if here in " \t" or (newlines and here in "\r\n"):
                self.step()
            elif here == "#":
                end = self.text.find("\n", self.at)
                self.step((len(self.text) if end < 0 else end) - self.at)
            else:
                return

    def document(self) -> None:
        table: Keys = ()
        while True:
            self.skip(newlines=True)
            if self.at >= len(self.text):
                return
            if self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Keys:
        line, many = self.line, self.peek(2) == "[["
        self.step(2 if many else 1)
        path: Keys = ()
        names = self.key()
        for name in names[:-1]:
            path = self.inside((*path, name))
            self.found.setdefault(path, line)
        path = (*path, names[-1])
        self.found.setdefault(path, line)
        if many:
            index = self.entries.get(path, 0)
            self.entries[path] = index + 1
            path = (*path, index)
            self.found[path] = line
        else:
            self.found[path] = line
        self.step(2 if many else 1)
        return path

    def inside(self, path: Keys) -> Keys:
        """The last entry when `path` is an array of tables, else `path`."""
        return (*path, self.entries[path] - 1) if path in self.entries else path

    def pair(self, table: Keys) -> None:
        line = self.line
        path = table
        for name in self.key():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.step()  # the equals sign
        self.skip(newlines=False)
        self.value(path)

    def key(self) -> list[str]:
        names: list[str] = []
        while True:
            self.skip(newlines=False)
            if self.peek() in ('"', "'"):
                names.append(self.string())
            else:
                start = self.at
                while self.peek() and (self.peek().isalnum() or self.peek() in "-_"):
                    self.step()
                names.append(self.text[start : self.at])
            self.skip(newlines=False)
            if self.peek() != ".":
                return names
            self.step()

    def value(self, path: Keys) -> None:
        here = self.peek()
        if here in ('"', "'"):
            self.string()
        elif here == "[":
            self.array(path)
        elif here == "{":
            self.inline_table(path)
        else:
            while self.peek() and self.peek() not in ",]}#\r\n":
                self.step()

    def string(self) -> str:
        quote = self.peek()
        if self.peek(3) == quote * 3:
            return self.long_string(quote)
        self.step()
        letters: list[str] = []
        while self.at < len(self.text) and self.peek() != quote:
            if quote == '"' and self.peek() == "\\":
                letters.append(self.escape())
            else:
                letters.append(self.peek())
                self.step()
        self.step()
        return "".join(letters)

    def escape(self) -> str:
        kind = self.peek(2)[1:]
        if kind in ("u", "U"):
            digits = 4 if kind == "u" else 8
            code = self.text[self.at + 2 : self.at + 2 + digits]
            self.step(2 + digits)
            return chr(int(code, 16))
        self.step(2)
        return _ESCAPES.get(kind, "")

    def long_string(self, quote: str) -> str:
        self.step(3)
        while self.at < len(self.text) and self.peek(3) != quote * 3:
            self.step(2 if quote == '"' and self.peek() == "\\" else 1)
        self.step(3)
        while self.peek() == quote:  # up to two quotes may stand before the closing three
            self.step()
        return ""

    def array(self, path: Keys) -> None:
        self.step()
        index = 0
        while True:
            self.skip(newlines=True)
            if self.peek() in ("]", ""):
                self.step()
                return
            if self.peek() == ",":
                self.step()
                continue
            self.found.setdefault((*path, index), self.line)
            self.value((*path, index))
            index += 1

    def inline_table(self, path: Keys) -> None:
        self.step()
        while True:
            self.skip(newlines=True)
            if self.peek() in ("}", ""):
                self.step()
                return
            if self.peek() == ",":
                self.step()
                continue
            self.pair(path)
