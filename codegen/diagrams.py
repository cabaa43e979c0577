"""Mermaid diagrams of the docs, drawn when the site is built, so that it needs no script."""

from base64 import b64encode
from functools import cache
from html import escape
from typing import Any

import mermaidx
from pymdownx.superfences import SuperFencesException

THEMES = {"light": ("neutral", "#ffffff"), "dark": ("dark", "#1e2129")}
"""Mermaid's theme and the background of labels for each theme of the site."""


def fence(source: str, _language: str, _class: str, *_options: Any, **_more: Any) -> str:
    """The HTML of a fenced block: an image for each theme, of which the site shows one."""
    title = next((line[10:] for line in source.splitlines() if line.startswith("accTitle: ")), "")
    images = (
        f'<img alt="{escape(title)}" src="{image(source, *theme)}#only-{name}">'
        for name, theme in THEMES.items()
    )
    return f'<p class="diagram">{"".join(images)}</p>'


@cache
def image(source: str, theme: str, background: str) -> str:
    """A diagram as the URL of an SVG image."""
    colors = {"themeVariables": {"edgeLabelBackground": background, "labelBackground": background}}
    try:
        svg = mermaidx.render(source, theme=theme, config=colors).svg()
    except RuntimeError as error:  # any other than this is taken for a block of code
        raise SuperFencesException(f"{error}\n{source}") from error
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
