"""What is not read blinds what stands beside it: it may declare anything for the code of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import replace
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.wiring.project import Unit


def beside_unread(lowered: Lowered) -> Sequence[Unit]:
    """The units, those in whose folder another tool has a template of its own with a blind spot for it."""
    spots: dict[str, list[BlindSpot]] = {}
    for unread in lowered.unread:
        if not unread.is_apart:
            path = unread.span.path
            spot = BlindSpot("template", f"what `{path}` declares, which {unread.why}", unread.span)
            spots.setdefault(path.rpartition("/")[0], []).append(spot)
    if not spots:
        return lowered.units
    return [
        replace(unit, blind_spots=(*unit.blind_spots, *spots.get(unit.span.path.rpartition("/")[0], ())))
        for unit in lowered.units
    ]
