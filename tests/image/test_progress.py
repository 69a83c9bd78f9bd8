"""The engine's records become few and plain reports."""

from itertools import count

from wizard.local.image.stream import EVERY, LayerProgress, Layers


def record(status: str, current: int = 0, total: int = 0, layer: str = "l1") -> dict[str, object]:
    detail = {"current": current, "total": total} if current else {}
    return {"id": layer, "status": status, "progressDetail": detail}


def test_reports_of_one_phase_are_thinned_out() -> None:
    seen: list[LayerProgress] = []
    ticks = (tick / 1000 for tick in count())
    layers = Layers(seen.append, pushing=False, now=lambda: next(ticks))
    for done in range(1, 1001):
        layers.take(record("Downloading", done, 1000))
    assert len(seen) == round(1 / EVERY)
    layers.take(record("Pull complete"))
    assert seen[-1] == LayerProgress("l1", "ready", 1000, 1000)


def test_size_is_remembered_and_never_exceeded() -> None:
    seen: list[LayerProgress] = []
    layers = Layers(seen.append, pushing=True, now=count().__next__)
    layers.take(record("Preparing"))
    layers.take(record("Pushing", 512, 400))
    layers.take(record("Pushed"))
    assert [(p.phase, p.done, p.total) for p in seen] == [
        ("preparing", 0, 0),
        ("pushing", 400, 400),
        ("pushed", 400, 400),
    ]
    assert layers.bytes_known == 400


def test_what_is_no_layer_is_passed_over() -> None:
    seen: list[LayerProgress] = []
    layers = Layers(seen.append, pushing=False)
    layers.take({"status": "Pulling from a/b", "id": "0.88.1"})
    layers.take({"status": "Digest: sha256:0"})
    layers.take({"progressDetail": {}, "aux": {"Digest": "sha256:0"}})
    assert seen == []


def test_words_depend_on_the_direction() -> None:
    seen: list[LayerProgress] = []
    for pushing in (False, True):
        Layers(seen.append, pushing=pushing).take(record("Already exists"))
    Layers(seen.append, pushing=True).take(record("Mounted from library/x"))
    Layers(seen.append, pushing=True).take(record("Retrying in 5 seconds"))
    Layers(seen.append, pushing=True).take(record("Something New"))
    assert [p.phase for p in seen] == [
        "already here",
        "already there",
        "already there",
        "retrying",
        "something new",
    ]


def test_seconds_are_no_bytes() -> None:
    seen: list[LayerProgress] = []
    layers = Layers(seen.append, pushing=False)
    layers.take({"id": "a", "status": "Extracting", "progressDetail": {"current": 7, "units": "s"}})
    assert seen == [LayerProgress("a", "extracting", 0, 0)]
