"""Rows of a list as a table: columns one below the other, as wide as the list wants them."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers.questions.lists import Listing, Offer


def laid_out(listing: Listing, offers: Sequence[Offer], room: int) -> list[Offer]:
    """The offers, each with its columns as its label; `room` is the screen's cells for a row."""
    columns = list(zip(*(each.columns for each in offers if each.columns), strict=True))
    if not columns:
        return list(offers)
    limits = [*listing.widths, *[(0, 0)] * len(columns)]
    widths = [
        max(least, min(most, max(map(len, column))))
        for column, (least, most) in zip(columns, limits, strict=False)
    ]
    if listing.cut:
        beside = sum(widths[1:]) + len(listing.gap) * (len(widths) - 1)
        widths[0] = max(limits[0][0], min(widths[0], room - beside))
    filled = "".join(f"{{:<{width}}}{listing.gap}" for width in widths[:-1]) + "{}"
    return [
        each._replace(label=filled.format(*_cut(each.columns, widths[0] if listing.cut else 0)))
        if each.columns
        else each
        for each in offers
    ]


def _cut(columns: Sequence[str], width: int) -> Sequence[str]:
    """The columns with a name of at most `width` cells; 0 leaves it as it is."""
    name, *others = columns
    return columns if not width or len(name) <= width else (f"{name[: width - 1]}…", *others)
