"""The colours that terminals come with: what the sixteen are, and the terminal's own two."""

from dataclasses import dataclass

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment


@dataclass(frozen=True)
class Palette:
    """A terminal's background, its text, and its sixteen colours, dark ones first."""

    name: str
    back: str
    front: str
    colours: str

    def pair(self, segment: Segment) -> tuple[ColorTriplet, ColorTriplet]:
        """A text and what is behind it, as this terminal draws them."""
        style = segment.style
        front = self._drawn(style.color if style else None, self.front)
        back = self._drawn(style.bgcolor if style else None, self.back)
        return (back, front) if style and style.reverse else (front, back)

    def _drawn(self, colour: Color | None, otherwise: str) -> ColorTriplet:
        if colour is None or colour.is_default:
            return _triplet(otherwise)
        assert colour.number is not None, f"{colour} is not one of the sixteen"
        return _triplet(self.colours.split()[colour.number])


def _triplet(digits: str) -> ColorTriplet:
    return ColorTriplet(*bytes.fromhex(digits))


XTERM = "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
XTERM += "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
SOLARIZED = "073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 "
SOLARIZED += "002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3"
VS_CODE_DARK = "000000 cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd e5e5e5 "
VS_CODE_DARK += "666666 f14c4c 23d18b f5f543 3b8eea d670d6 29b8db e5e5e5"
VS_CODE_LIGHT = "000000 cd3131 107c10 949800 0451a5 bc05bc 0598bc 555555 "
VS_CODE_LIGHT += "666666 cd3131 14ce14 b5ba00 0451a5 bc05bc 0598bc a5a5a5"

PALETTES = (
    Palette("xterm, dark", "000000", "e5e5e5", XTERM),
    Palette("xterm, light", "ffffff", "000000", XTERM),
    Palette("Solarized, dark", "002b36", "839496", SOLARIZED),
    Palette("Solarized, light", "fdf6e3", "657b83", SOLARIZED),
    Palette("VS Code, dark", "1e1e1e", "cccccc", VS_CODE_DARK),
    Palette("VS Code, light", "ffffff", "333333", VS_CODE_LIGHT),
)
LEGIBLE = 3.0
"""WCAG 2.2's least for large text and for signs. Solarized's own text has no more than 4.1."""
