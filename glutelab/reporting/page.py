"""A page of a report: no scripts, no addresses, light and dark."""

from __future__ import annotations

from html import escape
from importlib.resources import files

__all__ = ["web_page"]


def web_page(title: str, body: str) -> str:
    """A whole page around ``body``.

    Examples
    --------
    >>> web_page("A", "<p>b</p>").count("<title>A</title>")
    1
    """
    css = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{css}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )
