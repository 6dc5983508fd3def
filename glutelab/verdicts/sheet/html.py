"""The sheet as HTML: neither scripts nor addresses."""

from __future__ import annotations

from html import escape
from importlib.resources import files

import pandas as pd

from glutelab.verdicts.rule import CANNOT_TELL, NOT_TESTABLE, RULE, TOO_SMALL, VERDICTS
from glutelab.verdicts.sheet.row import (
    FARTHEST,
    HOW_TO_READ,
    SIGNS,
    bar_of,
    group_of,
    say_counts,
    say_estimate,
    say_reasons,
)

__all__ = ["draw_html", "html_page"]

WIDTH, HEIGHT, EDGE = 190, 20, 8
_QUIET = {CANNOT_TELL, NOT_TESTABLE, TOO_SMALL}
_PAGE = """:root { color-scheme: light dark; }
body { margin: 0; background: #ffffff; color: #1d2125; }
main { max-width: 980px; margin: 0 auto; padding: 28px 24px 36px; }
@media screen and (prefers-color-scheme: dark) {
  body { background: #14171a; color: #e8eaed; }
  body .glutelab-claims { --yes: #56B4E9; --no: #E69F00; }
}
@page { size: A4; margin: 9mm 11mm; }
@media print { body { zoom: 0.66; } main { padding: 0; max-width: none; } }"""


def draw_html(found) -> str:
    """Claims as one element, for a notebook.

    Parameters
    ----------
    found : Claims
    """
    mark = (
        '<p class="mark" aria-hidden="true"><span>SIMULATED</span></p>' if found.simulated else ""
    )
    heads = ("Claim", "Verdict", "As claimed →", "Estimate [95 % interval], and why")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    css = files(__package__).joinpath("sheet.css").read_text(encoding="utf-8")
    return (
        f'<section class="glutelab-claims" aria-label="{escape(found.heading)}">'
        f'<style>{css}</style>{mark}<p class="kicker">Claims sheet</p>'
        f"<h2>{escape(found.heading)}</h2><p>{escape(found.subtitle)}</p>{_tally(found.table)}"
        f'<div class="wide" tabindex="0" role="region" aria-label="Claims"><table>'
        f"<thead><tr>{head}</tr></thead>{_bodies(found.table)}</table></div>"
        f'<div class="foot">{"".join(f"<p><b>{escape(note)}</b></p>" for note in found.notes)}'
        f"<p><b>How to read it.</b> {escape(HOW_TO_READ)}</p>"
        f"<p><b>The rule, stated before.</b> {escape(RULE)}</p>"
        f"<p>{escape(found.sources)}</p></div></section>"
    )


def html_page(found) -> str:
    """Claims as a page of its own."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(found.heading)}</title><style>{_PAGE}</style></head>\n"
        f"<body><main>{draw_html(found)}</main></body></html>\n"
    )


def _tally(table: pd.DataFrame) -> str:
    counts = table["verdict"].value_counts()
    said = "".join(f"<span><b>{counts.get(word, 0)}</b> {word}</span>" for word in VERDICTS)
    return f'<p class="tally">{said}</p>'


def _bodies(table: pd.DataFrame) -> str:
    parts, before = [], ""
    for (_, row), reason in zip(table.iterrows(), say_reasons(table), strict=True):
        group = group_of(row["claim"])
        if group != before:
            parts.append(f'<tr class="group"><th colspan="4" scope="rowgroup">{group}</th></tr>')
            before = group
        parts.append(_row(row, reason))
    return f"<tbody>{''.join(parts)}</tbody>"


def _row(row: pd.Series, reason: str) -> str:
    word = row["verdict"]
    look = "quiet" if word in _QUIET else word
    claim = f"<i>{row['claim']}</i>{escape(row['sentence'])}"
    notes = "" if word == NOT_TESTABLE else row["notes"].replace("  ", " ")
    small = "; ".join(filter(None, [say_counts(row), notes]))
    caveat = f"<small>{escape(row['caveat'])}</small>" if row["caveat"] else ""
    estimate = f"<b>{escape(say_estimate(row))}</b> " if say_estimate(row) else ""
    return (
        f'<tr><th class="claim" scope="row">{claim}</th>'
        f'<td class="verdict {look}"><span class="sign">{SIGNS[word]}</span>{word}</td>'
        f'<td class="bar">{_bar(row)}</td>'
        f"<td>{estimate}{escape(reason)}{caveat}<small>{escape(small)}</small></td></tr>"
    )


def _x(place: float) -> float:
    return EDGE + (place + FARTHEST) / (2 * FARTHEST) * (WIDTH - 2 * EDGE)


def _bar(row: pd.Series) -> str:
    bar = bar_of(row)
    if bar is None:
        return ""
    middle = HEIGHT / 2
    left, right = _x(bar.low), _x(bar.high)
    ends = ""
    for back in (0, 6) if bar.beyond else (0,):
        if bar.open_low:
            ends += f"M{left + 5 + back:.1f} {middle - 4}l-5 4l5 4"
        if bar.open_high:
            ends += f"M{right - 5 - back:.1f} {middle - 4}l5 4l-5 4"
    dot = f'<circle class="dot" cx="{_x(bar.estimate or 0.0):.1f}" cy="{middle}" r="3.6"/>'
    label = f"{say_estimate(row)}: {row['verdict']}"
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect class="band" x="{_x(-1):.1f}" y="2" width="{_x(1) - _x(-1):.1f}" height="16"/>'
        f'<path class="zero" d="M{_x(0):.1f} 0V{HEIGHT}"/>'
        f'<path class="interval" d="M{left:.1f} {middle}H{right:.1f}{ends}"/>'
        f"{'' if bar.estimate is None else dot}</svg>"
    )
