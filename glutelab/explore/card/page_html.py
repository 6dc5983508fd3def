"""The card as HTML: a table with a small drawing in each row; neither scripts nor addresses."""

from __future__ import annotations

from html import escape
from importlib.resources import files

import pandas as pd

from glutelab.explore.card.look import (
    ACCENT,
    ACCENT_ON_DARK,
    COLUMNS,
    KEY,
    SIMULATED_MARK,
)
from glutelab.explore.card.strip import Strip, say_value
from glutelab.explore.card.wording import say_percentile, say_why

__all__ = ["draw_html", "html_page"]

WIDTH, HEIGHT, EDGE = 280, 42, 18  # pixels of a strip; the edges hold the arrow
_CENTER, _BETWEEN, _RADIUS = 16, 4.6, 2.1


def draw_html(card) -> str:
    """The card as one element, for a notebook: it takes the colors of what is around it.

    Parameters
    ----------
    card : Page
    """
    (lead, answer), *notes = card.notes
    conditions, others = card.subtitle
    mark = (
        f'<p class="mark" aria-hidden="true"><span>{SIMULATED_MARK}</span></p>'
        if card.simulated
        else ""
    )
    kicker = "Runner card" + (f" · {SIMULATED_MARK}" if card.simulated else "")
    body = "".join(_group(card, name) for name in card.table["group"].unique())
    return (
        f'<section class="glutelab-card" aria-label="{escape(card.heading)}">'
        f"<style>{_css()}</style>{mark}"
        f'<p class="kicker">{kicker}</p><h2>{escape(card.heading)}</h2>'
        f'<p class="sub">{escape(conditions)}; {escape(others)}</p>'
        f'<p class="answer"><b>{escape(lead)}</b> {escape(answer)}</p>'
        f'<p class="tally"><b>{escape(card.tally)}</b> {escape(card.error)}</p>'
        f'<div class="wide" tabindex="0" role="region" aria-label="Measures"><table>'
        f"<caption>{escape(card.heading)}: {escape(others)}</caption>"
        f"<thead><tr>{_head()}</tr></thead>{body}</table></div>"
        f'<p class="key">{"".join(_key(*entry) for entry in KEY)}</p>'
        f"<dl>{''.join(_note(*note) for note in notes)}</dl>"
        f'<p class="source">{escape(card.sources)}</p></section>'
    )


def html_page(card) -> str:
    """The card as a page of its own, light or dark as the reader's system asks for.

    Parameters
    ----------
    card : Page
    """
    title = escape(f"Runner card: {card.heading}")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_text('page.css')}</style></head>\n"
        f"<body><main>{draw_html(card)}</main></body></html>\n"
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _css() -> str:
    return _text("card.css").replace("ACCENT_ON_DARK", ACCENT_ON_DARK).replace("ACCENT", ACCENT)


def _head() -> str:
    return "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)


def _group(card, name: str) -> str:
    rows = [k for k, group in enumerate(card.table["group"]) if group == name]
    inside = "".join(_row(card, k) for k in rows)
    heading = f'<tr class="group"><th colspan="5" scope="rowgroup">{escape(name)}</th></tr>'
    return f"<tbody>{heading}{inside}</tbody>"


def _row(card, k: int) -> str:
    row, strip, note = card.table.iloc[k], card.strips[k], card.small_lines[k]
    label = f"{escape(row['label'])}<small>{escape(note)}</small>"
    if not strip.ticks:
        said = f'<td></td><td class="quiet" colspan="3">{escape(row["verdict"])}</td>'
        return f'<tr><th scope="row">{label}</th>{said}</tr>'
    percent, _, interval = say_percentile(row).partition(" ")
    verdict = f"{escape(card.verdict(row))}<small>{escape(say_why(row))}</small>"
    return (
        f'<tr><th scope="row">{label}</th>'
        f'<td class="value">{escape(say_value(row, brief=True))}</td>'
        f'<td class="strip">{_strip(strip, row, card.say_row(row))}</td>'
        f'<td class="percentile">{percent}<small>{interval}</small></td>'
        f'<td class="verdict">{verdict}</td></tr>'
    )


def _note(lead: str, text: str) -> str:
    return f"<dt>{escape(lead)}</dt><dd>{escape(text)}</dd>"


# --- drawings -------------------------------------------------------------------------------------


def _svg(width: float, height: float, inside: str, label: str = "") -> str:
    says = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f"<svg {says} {size}>{inside}</svg>"


def _x(place: float) -> float:
    return EDGE + place * (WIDTH - 2 * EDGE)


def _strip(strip: Strip, row: pd.Series, label: str) -> str:
    parts = [f'<path class="axis" d="M{EDGE} 29.5H{WIDTH - EDGE}"/>']
    for place, text in strip.ticks:
        parts.append(f'<path class="axis" d="M{_x(place):.1f} 29.5v3"/>')
        parts.append(f'<text x="{_x(place):.1f}" y="41">{text}</text>')
    if strip.band:
        parts.append(_band(_x(strip.band[0]), _x(strip.band[1])))
    parts += [_dot(_x(place), _CENTER - _BETWEEN * lane, _RADIUS) for place, lane in strip.dots]
    if strip.median is not None:
        parts.append(f'<path class="middle" d="M{_x(strip.median):.1f} 4V28"/>')
    if strip.value is not None:
        parts.append(_needle(_x(strip.value), [_x(end) for end in strip.error or ()]))
    if row["article_direction"]:
        forward = row["article_direction"] > 0
        parts.append(_arrow(WIDTH - 3 if forward else 3, 1 if forward else -1))
    return _svg(WIDTH, HEIGHT, "".join(parts), label)


def _dot(x: float, y: float, radius: float) -> str:
    return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _band(left: float, right: float) -> str:
    return (
        f'<rect class="band" x="{left:.1f}" y="5" width="{right - left:.1f}" height="22" rx="3"/>'
    )


def _needle(x: float, ends: list[float]) -> str:
    shade = ""
    if ends:
        width = ends[1] - ends[0]
        shade = f'<rect class="error" x="{ends[0]:.1f}" y="4" width="{width:.1f}" height="24"/>'
    line = f'<path class="needle" d="M{x:.1f} 4V29"/>'
    return f'{shade}{line}<path class="head" d="M{x - 5:.1f} 0h10l-5 8z"/>'


def _arrow(tip: float, way: int) -> str:
    """Its tip is at the end of the strip."""
    back, forth = -4 * way, 4 * way
    head = f"m{back} -4l{forth} 4l{back} 4"
    return f'<path class="arrow" d="M{tip - 11 * way:g} 16H{tip:g}{head}"/>'


def _key(kind: str, text: str) -> str:
    drawings = {
        "dot": _dot(6, 16, _RADIUS + 0.6),
        "band": _band(1, 19),
        "middle": '<path class="middle" d="M6 4V28"/>',
        "needle": _needle(8, [5, 11]),
        "arrow": _arrow(15, 1),
    }
    width = {"band": 20, "needle": 16, "arrow": 16}.get(kind, 12)
    return f"<span>{_svg(width, 30, drawings[kind])} {escape(text)}</span>"
