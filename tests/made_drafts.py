"""What a draft said, and readers of files that are only named."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


IDS = [f"P{k:02d}" for k in range(1, 9)]


def said(draft):
    return " ".join((*draft.seen, *draft.questions))
