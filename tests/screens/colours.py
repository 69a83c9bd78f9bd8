"""How well colours are read and told apart, by the published formulas."""

from collections.abc import Iterator, Sequence

from rich.color import ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from textual.filter import dim_color

from tests.screens.journey import Journey

Light = tuple[float, float, float]
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, for linear light."""
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.089)
GLYPHS = "✗✓◐↻⊘✎▸·~$"


def linear(colour: ColorTriplet) -> Light:
    """sRGB as amounts of light."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return red, green, blue


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """WCAG 2.2's contrast ratio, from 1 to 21."""
    bright, dark = sorted((_luminance(linear(one)), _luminance(linear(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(light: Light) -> float:
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def apart(one: ColorTriplet, other: ColorTriplet, eye: str) -> float:
    """How different two colours are to that eye: CIE76, where 2 is just noticed."""
    first, second = (_lab(_times(BLINDNESS[eye], linear(each))) for each in (one, other))
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


def _times(matrix: Sequence[Sequence[float]], light: Sequence[float]) -> Light:
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in matrix
    )
    return red, green, blue


def _lab(light: Light) -> Light:
    x, y, z = (
        _root(sum(a * b for a, b in zip(row, light, strict=True)) / white)
        for row, white in zip(TO_XYZ, WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 0.008856 else 7.787 * part + 16 / 116


def texts(person: Journey) -> Iterator[Segment]:
    """What is to be read; lines of boxes, bars, and what lies darkened below a dialog are not."""
    strips = person.app.screen._compositor.render_strips()
    for child in person.app.screen.children:
        left, top, right, bottom = child.region.corners
        for strip in strips[max(0, top) : bottom]:
            for segment in strip.crop(max(0, left), right):
                if any(each.isalnum() or each in GLYPHS for each in segment.text):
                    yield segment


def pair(segment: Segment) -> tuple[ColorTriplet, ColorTriplet] | None:
    """Text and background as drawn; None where one is the terminal's own."""
    style = segment.style
    if not style or not style.color or not style.bgcolor:
        return None
    front, back = style.color, style.bgcolor
    if style.reverse:
        front, back = back, front
    if ColorType.TRUECOLOR not in {front.type} & {back.type}:
        return None
    if style.dim:
        front = dim_color(back, front)
    return front.get_truecolor(), back.get_truecolor()
