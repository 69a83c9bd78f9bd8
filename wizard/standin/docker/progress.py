"""The records a pull and a push stream, paced by the scale of time."""

from collections.abc import Iterator
from typing import Any

from wizard.standin.docker.image import MEGABYTE, Image, Layer
from wizard.standin.world import World

Record = dict[str, Any]
AT_ONCE = 3
"""Layers on their way at the same time."""
CHUNK = 4 * MEGABYTE


def pulled(world: World, image: Image, name: str, tag: str, have: set[str]) -> Iterator[Record]:
    """The records of a pull. Layers in `have` are there already."""
    yield {"status": f"Pulling from {name.partition('/')[2] or name}", "id": tag}
    missing = [layer for layer in image.layers if layer.digest not in have]
    for layer in image.layers:
        there = layer.digest in have
        yield _record("Already exists" if there else "Pulling fs layer", layer)
    for layer in missing[AT_ONCE:]:
        yield _record("Waiting", layer)
    for batch in _batches(missing):
        yield from _moving(world, "Downloading", batch)
        for layer in batch:
            yield _record("Verifying Checksum", layer)
            yield _record("Download complete", layer)
        for layer in batch:
            yield _record("Extracting", layer, layer.size)
            yield _record("Pull complete", layer)
    yield {"status": f"Digest: {image.digest}"}
    yield {"status": f"Status: Downloaded newer image for {name}:{tag}"}


def pushed(world: World, image: Image, repository: str, have: set[str]) -> Iterator[Record]:
    """The records of a push, up to where the manifest is put."""
    yield {"status": f"The push refers to repository [{repository}]"}
    missing = [layer for layer in image.layers if layer.digest not in have]
    for layer in image.layers:
        yield _record("Preparing", layer)
    for layer in missing[AT_ONCE:]:
        yield _record("Waiting", layer)
    for layer in image.layers:
        if layer.digest in have:
            yield _record("Layer already exists", layer)
    for batch in _batches(missing):
        yield from _moving(world, "Pushing", batch)
        for layer in batch:
            yield _record("Pushed", layer)


def _batches(layers: list[Layer]) -> Iterator[list[Layer]]:
    for start in range(0, len(layers), AT_ONCE):
        yield layers[start : start + AT_ONCE]


def _moving(world: World, status: str, layers: list[Layer]) -> Iterator[Record]:
    """Several layers side by side, chunk by chunk, in the time their bytes take."""
    pace = world.durations.layer_megabyte / MEGABYTE
    done = dict.fromkeys(layers, 0)
    while any(done[layer] < layer.size for layer in layers):
        for layer in layers:
            step = min(CHUNK, layer.size - done[layer])
            if step:
                world.clock.wait(step * pace)
                done[layer] += step
                yield _record(status, layer, done[layer])


def _record(status: str, layer: Layer, current: int | None = None) -> Record:
    detail = {} if current is None else {"current": current, "total": layer.size}
    return {"status": status, "progressDetail": detail, "id": layer.id}
