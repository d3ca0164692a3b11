"""The frame around every page: head, navigation, notices."""

from __future__ import annotations

from dataclasses import dataclass

from offramp import __version__
from offramp.guide.notices import notices
from offramp.guide.site.parts import safe
from offramp.languages import LANGUAGES, N_, _, language

PAGES = {
    "index": N_("Options"),
    "examples": N_("Examples"),
    "evidence": N_("Evidence"),
    "measures": N_("Measures"),
    "about": N_("About"),
}


@dataclass(frozen=True)
class Frame:
    """What all pages share. fitted: the line that names the place, "" without one."""

    fitted: str
    hash: str

    def page(self, name: str, title: str, body: str, scripts: tuple[str, ...] = ()) -> str:
        """A whole page. name: of its file, for the navigation."""
        loaded = "".join(f'<script src="{one}" defer></script>\n' for one in scripts)
        site = _("What police can do besides arrest")
        notes = "".join(f'<p class="notice">{safe(line)}</p>' for line in notices())
        fitted = f'<p class="notice">{safe(self.fitted)}</p>' if self.fitted else ""
        head_title = site if name == "index" else f"{title} · {site}"
        return (
            f'<!DOCTYPE html>\n<html lang="{language().tag}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{safe(head_title)}</title>\n"
            f'<link rel="stylesheet" href="style.css">\n{loaded}</head>\n<body>\n'
            f'<a class="skip" href="#text">{safe(_("Skip to the text"))}</a>\n'
            f'<header class="top"><p class="site"><a href="index.html">{safe(site)}</a></p>'
            f"{self._navigation(name)}</header>\n"
            f'<main id="text" tabindex="-1">\n<h1>{safe(title)}</h1>\n'
            f"{fitted}{notes}{body}</main>\n"
            f"<footer><p>Offramp {__version__} · {safe(LANGUAGES[language().code].name)} · "
            f"{safe(_('catalogue'))} {self.hash[:12]}</p></footer>\n</body>\n</html>\n"
        )

    def _navigation(self, here: str) -> str:
        items = []
        for name, label in PAGES.items():
            current = ' aria-current="page"' if name == here else ""
            items.append(f'<li><a href="{name}.html"{current}>{safe(_(label))}</a></li>')
        return f'<nav aria-label="{safe(_("Pages"))}"><ul>{"".join(items)}</ul></nav>'
