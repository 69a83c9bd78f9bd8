"""One image from registry to registry: no engine, nothing on disk, next to nothing in memory.

Layers travel side by side. Each is sent in parts, and read while it is sent; where a part is lost,
it is read and sent again alone. What the registry has is not sent.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode, urljoin

from wizard.base.fan_out import fan_out
from wizard.local.image.names import split_reference
from wizard.local.image.published import Blob, Published
from wizard.local.image.registry import (
    PASSES,
    PIECE,
    Answer,
    NoWayError,
    PassingError,
    RefusedError,
    Registry,
)
from wizard.local.image.stream import EVERY, Cancelled, LayerProgress, stop_if

PART, LARGEST_PART = 5 * 2**20, 256 * 2**20
"""Bytes of a part, and so of what is sent again at most; ECR takes no less, but for the last."""
SECONDS = 5.0
"""How long a part is to take: a quick line hardly stands still between them, a bad one loses little
where one is lost."""
AT_ONCE = 12
"""Layers on their way at the same time."""
BEGUN_AT_ONCE = 16
"""Of an image with more, some wait for the answers to others before one is on its way."""
GLANCE = 0.2
"""Seconds after which it is looked again whether the person wants no more of it."""
UPLOADS = 3
"""How often the upload of a layer is started, where the registry loses what it was sent."""
GONE = frozenset({404, 410})
OUT_OF_STEP = 416
"""The registry has more or less of the upload than the part begins with."""
MIXED_UP = frozenset({400, OUT_OF_STEP})
"""What it says of a part or a digest that does not fit what it has."""
RANGE = re.compile(r"(?:bytes=)?0-(\d+)")


class LostError(Exception):
    """The registry does not know the upload any more, or has something else: start it again."""


@dataclass
class _Told:
    """Reports of all layers, about five times a second for each that moves."""

    report: Callable[[LayerProgress], None]
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __call__(self, blob: Blob, phase: str, done: int) -> None:
        now = time.monotonic()
        with self.lock:
            before, at = self.last.get(blob.id, ("", 0.0))
            if before == phase and now - at < EVERY:
                return
            self.last[blob.id] = phase, now
            self.report(LayerProgress(blob.id, phase, done, blob.size))


def copy_directly(
    image: Published,
    source: Registry,
    target: Registry,
    destination: str,
    report: Callable[[LayerProgress], None],
    cancelled: Cancelled,
) -> str:
    """Copy what `look_up` found to `destination` (`repository:tag` in `target`); its digest.

    The manifest arrives byte by byte, so the digest is the source's. `report` is called from
    several threads, one at a time. Raises RefusedError, NoWayError; WizardError (INTERRUPTED) once
    `cancelled`.
    """
    told, failed = _Told(report), list[BaseException]()
    largest = sorted(image.blobs, key=lambda blob: -blob.size)  # the last one is not alone
    copies = {
        blob.digest: _LayerCopy(blob, source, target, told, lambda: bool(failed) or cancelled(), at)
        for at, blob in enumerate(largest)
    }

    def one(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)  # ends the others, whose errors mean nothing
            raise

    def all_of_them() -> None:
        with suppress(BaseException):
            # short answers would wait behind the layers, so they come first
            for part, most in ((_LayerCopy.begin, BEGUN_AT_ONCE), (_LayerCopy.run, AT_ONCE)):
                works = {name: partial(one, partial(part, copy)) for name, copy in copies.items()}
                fan_out(works, most=most)

    work = threading.Thread(target=all_of_them, name="image", daemon=True)
    work.start()
    while work.is_alive():  # a registry that is silent does not keep the person waiting
        work.join(GLANCE)
        stop_if(cancelled)
    if failed:
        raise failed[0]
    return _put_manifest(image, target, split_reference(destination)[1])


def _put_manifest(image: Published, target: Registry, tag: str) -> str:
    headers = {"Content-Type": image.media_type}
    try:
        target.ask("PUT", f"manifests/{tag}", headers=headers, body=image.manifest)
    except RefusedError:
        if _there(image, target, tag):  # the answer to an earlier try was lost
            return image.digest
        raise
    return image.digest


def _there(image: Published, target: Registry, tag: str) -> bool:
    headers = {"Accept": image.media_type}
    with suppress(RefusedError, NoWayError):
        answer = target.ask("HEAD", f"manifests/{tag}", headers=headers)
        return answer.headers.get("Docker-Content-Digest") == image.digest
    return False


class _UnreadableError(Exception):
    """The source refuses the layer: not to be taken for what its new registry says."""

    def __init__(self, refused: RefusedError) -> None:
        super().__init__(refused.words)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a layer: its first byte and the one after it, and whether it is the last."""

    start: int
    end: int
    last: bool
    before: hashlib._Hash
    """Of all that comes before it."""


@dataclass
class _LayerCopy:
    """One layer, or the config, from registry to registry."""

    blob: Blob
    source: Registry
    target: Registry
    told: _Told
    cancelled: Cancelled
    place: int
    """Among all of them."""
    location: str = ""
    """Where its upload goes; empty where it needs none."""

    def begin(self) -> None:
        """Begin to send it unless the registry has it."""
        stop_if(self.cancelled)
        if self.there():
            self.told(self.blob, "already there", self.blob.size)
            return
        begun = self.target.ask("POST", "blobs/uploads/", headers={"Content-Length": "0"})
        self.location = next_location(self.target, begun, "")

    def run(self) -> None:
        """Send it, where that was begun."""
        if not self.location:
            return
        for left in reversed(range(UPLOADS)):
            try:
                self._upload()
                break
            except _UnreadableError as unreadable:
                raise unreadable.refused from None
            except LostError as lost:
                if not left:
                    raise RefusedError(str(lost), host=self.target.host) from None
                self.told(self.blob, "retrying", 0)
                self.begin()
        self.told(self.blob, "copied", self.blob.size)

    def there(self) -> bool:
        """Whether the registry has it."""
        path = f"blobs/{self.blob.digest}"
        return self.target.ask("HEAD", path, also=GONE).status not in GONE

    def _upload(self) -> None:
        """Send it part by part."""
        self.told(self.blob, "copying", 0)
        with closing(_Reader(self)) as reader:
            upload = _Upload(self, reader, self.location)
            start, size = 0, PART * (2 + self.place % 3) // 2  # not all end at the same time
            while start < self.blob.size or start == 0:
                end = min(start + size, self.blob.size)
                began = time.monotonic()
                upload.send(_Part(start, end, end == self.blob.size, reader.hashed.copy()))
                speed = size / max(time.monotonic() - began, 0.001)
                start, size = end, min(max(int(speed * SECONDS), PART), LARGEST_PART)


@dataclass
class _Reader:
    """Reads a layer piece by piece, and verifies it before it gives the last one."""

    copy: _LayerCopy
    position: int = 0
    hashed: hashlib._Hash = field(default_factory=hashlib.sha256)
    """Of all that was read."""
    _pieces: Iterator[bytes] | None = None
    _rest: bytes = b""

    def read(self, most: int) -> bytes:
        """The next bytes, at most so many; where the source breaks off, asks it for the rest.

        Raises LostError where the layer is not what its digest says.
        """
        source, blob = self.copy.source, self.copy.blob
        pauses = source.pauses()
        while True:
            stop_if(self.copy.cancelled)
            try:
                piece = self._piece(most)
            except PASSES as trouble:
                self.close()
                source.pause(trouble, pauses)
                continue
            self.position += len(piece)
            self.hashed.update(piece)
            if self.position == blob.size and f"sha256:{self.hashed.hexdigest()}" != blob.digest:
                raise LostError(f"the content of {blob.digest} does not match its digest")
            return piece

    def go_to(self, part: _Part) -> None:
        """Read next what the part starts with."""
        if self.position != part.start:
            self.close()
            self.position, self.hashed = part.start, part.before.copy()

    def close(self) -> None:
        """End the connection."""
        pieces, self._pieces, self._rest = self._pieces, None, b""
        if isinstance(pieces, Generator):
            pieces.close()

    def _piece(self, most: int) -> bytes:
        if not self._rest:
            if self._pieces is None:
                path = f"blobs/{self.copy.blob.digest}"
                self._pieces = self.copy.source.stream(path, self.position)
            self._rest = next(self._pieces, b"")
        if not self._rest:
            raise PassingError("the connection ended before the layer did")
        piece, self._rest = self._rest[:most], self._rest[most:]
        return piece


@dataclass
class _Upload:
    """A layer on its way into the registry."""

    copy: _LayerCopy
    reader: _Reader
    location: str
    """Where the next part goes."""

    def send(self, part: _Part) -> None:
        """Send a part, again where it may not have arrived. Raises LostError."""
        target = self.copy.target
        pauses = target.pauses()
        position, unsure = part.start, False
        while True:
            stop_if(self.copy.cancelled)
            try:
                self._send(part, position, unsure=unsure)
                return
            except PASSES as trouble:
                target.pause(trouble, pauses)
            unsure = True
            received = self._received(part)
            if received == part.end and not part.last:
                return
            if part.last and self.copy.there():
                return
            position = part.start if received is None else received

    def _send(self, part: _Part, position: int, *, unsure: bool) -> None:
        left = part.end - position
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(left)}
        if left:
            headers["Content-Range"] = f"{position}-{part.end - 1}"
        method, url = "PATCH", self.location
        if part.last:
            digest = urlencode({"digest": self.copy.blob.digest})
            method, url = "PUT", f"{url}{'&' if '?' in url else '?'}{digest}"
        body = partial(self._pieces, part, position)
        try:
            answer = self.copy.target.once(method, url, headers=headers, body=body)
        except RefusedError as refused:
            if refused.status == OUT_OF_STEP and unsure and not part.last:
                return  # ECR has the part already: it takes whole ones, or none
            if refused.status in GONE or (refused.status in MIXED_UP and (unsure or part.last)):
                raise LostError(refused.words) from None
            raise
        self.location = next_location(self.copy.target, answer, self.location)

    def _received(self, part: _Part) -> int | None:
        """The byte with which the upload goes on; None where the registry does not say."""
        try:
            answer = self.copy.target.ask("GET", self.location)
        except RefusedError:
            return None  # as ECR, which knows no such question
        self.location = next_location(self.copy.target, answer, self.location)
        found = RANGE.fullmatch(answer.headers.get("Range", ""))
        if found is None:
            return None
        received = int(found[1]) + 1 if found[1] != "0" else 0
        if not part.start <= received <= part.end:
            raise LostError(f"the upload has {received} bytes, where {part.start} were sent")
        return received

    def _pieces(self, part: _Part, position: int) -> Iterator[bytes]:
        """What there is of a part from a byte of the layer on, as it is read."""
        if position == part.end:
            return
        self.reader.go_to(part)
        while (start := self.reader.position) < part.end:
            try:
                piece = self.reader.read(min(PIECE, part.end - start))
            except RefusedError as refused:
                raise _UnreadableError(refused) from None
            if wanted := piece[max(position - start, 0) :]:
                yield wanted
                self.copy.told(self.copy.blob, "copying", self.reader.position)


def next_location(target: Registry, answer: Answer, before: str) -> str:
    """Where an upload goes on, by the registry's answer."""
    location = answer.headers.get("Location") or before
    if not location:
        raise RefusedError("it does not say where the upload goes")
    return urljoin(f"{target.url}/", location)
