"""Files of figures, read as a journal would."""

from __future__ import annotations

import re
import zlib
from itertools import combinations

import pytest
from matplotlib.text import Text

from glutelab.paper import PrintFigure

MEASURES = ["peak_hip_extension_deg", "pelvic_tilt_mean_deg", "heel_rise_m"]


def contents(pdf: bytes) -> str:
    """The drawing instructions of a PDF."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if re.search(rb"\n(?:S|f|B|BT|Q)\s", text) and not text.startswith(b"/CIDInit"):
            found.append(text.decode("latin-1"))
    return "\n".join(found)


def check_rules(content: bytes, width: float) -> None:
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
    assert float(box[1]) / 72 * 25.4 == pytest.approx(width, abs=0.1)
    assert float(box[2]) / 72 * 25.4 < 240  # fits on a page with its caption
    assert b"/Subtype /Image" not in content
    assert b"/Subtype /Type3" not in content
    descriptions = content.count(b"/Type /FontDescriptor")
    assert content.count(b"/FontFile2") == descriptions == content.count(b"/CIDFontType2") > 0
    drawn = contents(content)
    letters = [float(size) for size in re.findall(r"/F\S+ ([\d.]+) Tf", drawn)]
    assert letters
    assert min(letters) >= 6
    assert not re.search(r"BT\s+[^\n]*\b0?\.\d+ 0 0 0?\.\d+ [^\n]* Tm", drawn)  # shrunk later
    lines = [float(one) for one in re.findall(r"(?:^|\s)([\d.]+) w\b", drawn)]
    assert min((one for one in lines if one), default=1) >= 0.25


def shown_texts(figure: PrintFigure) -> list[Text]:
    """Words that are seen: of ticks only those inside the range of their axis."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = set(axis.get_ticklabels(which="both"))
            drawn = {tick.label1 for tick in axis._update_ticks()}
            drawn |= {tick.label2 for tick in axis._update_ticks()}
            hidden |= labels - drawn
            if not axis.get_visible():
                hidden |= set(axis.findobj(Text))
        if not axes.axison:
            hidden |= set(axes.xaxis.findobj(Text)) | set(axes.yaxis.findobj(Text))
    every = [text for text in figure.findobj(Text) if text.get_text().strip()]
    return [text for text in every if text.get_visible() and text not in hidden]


def check_words(figure: PrintFigure) -> None:
    figure.draw_without_rendering()
    page = figure.bbox
    boxes = {}
    for text in shown_texts(figure):
        if text.get_text() == "SIMULATED":
            continue
        box = text.get_window_extent()
        assert page.x0 - 0.5 <= box.x0, text
        assert box.x1 <= page.x1 + 0.5, text
        assert page.y0 - 0.5 <= box.y0, text
        assert box.y1 <= page.y1 + 0.5, text
        boxes[f"{text.get_text()} {box.x0:.0f} {box.y0:.0f}"] = box
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide < 1 or high < 3, (one, other)  # a hair of leading may touch


def words_of(figure: PrintFigure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
