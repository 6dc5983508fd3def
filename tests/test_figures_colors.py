"""Colors of figures are told apart by all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from glutelab.explore.specification import KINDS
from glutelab.paper.read import as_color
from glutelab.style import LEVEL_COLORS, SIDE_COLORS, color_of

# Full deficiency, on linear light: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113
MACHADO = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def lab(color: str, deficiency: str | None) -> np.ndarray:
    rgb = np.array(as_color(color)[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if deficiency:
        linear = np.clip(np.array(MACHADO[deficiency]) @ linear, 0, 1)
    xyz = TO_XYZ @ linear / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """Sharma, Wu and Dalal 2005, doi:10.1002/col.20070."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for b, a in ((b1, a1), (b2, a2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    weights = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    t = 1 + sum(k * np.cos(np.radians(m * hm + shift)) for k, m, shift in weights)
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    rt *= np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh))


def test_the_color_difference_is_that_of_its_authors():
    pairs = [((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425)]
    pairs += [
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, stated in pairs:
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(stated, abs=1e-4)


@pytest.mark.parametrize("deficiency", [None, *MACHADO])
def test_colors_of_groups_are_told_apart_by_all(deficiency):
    others = list("abcdefg")
    speeds = [2.5, 3.5, 4.5, 5.5]
    for colors in (
        LEVEL_COLORS.values(),
        SIDE_COLORS.values(),
        [color for _, color, _ in KINDS],
        [color_of(name, others) for name in others],
        [color_of(speed, speeds) for speed in speeds],
    ):
        for one, other in combinations(colors, 2):
            apart = ciede2000(lab(one, deficiency), lab(other, deficiency))
            assert apart >= 10, (one, other, deficiency, apart)
