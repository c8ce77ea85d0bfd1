"""What is deployed by itself: of files that contain each other (nested stacks, called modules), the outermost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def outermost(contained: Mapping[str, Collection[str]]) -> list[str]:
    """Those that no other contains, sorted; of those that only contain each other, the first in the order given.
    `contained` says of each what is in it."""
    inner = {path for owner, listed in contained.items() for path in listed if path != owner}
    found = [path for path in contained if path not in inner]
    reached: set[str] = set()
    waiting = list(found)
    rest = iter(contained)
    while True:
        while waiting:
            path = waiting.pop()
            if path not in reached:
                reached.add(path)
                waiting.extend(contained.get(path, ()))
        left = next((path for path in rest if path not in reached), None)
        if left is None:
            return sorted(found)
        found.append(left)
        waiting.append(left)
