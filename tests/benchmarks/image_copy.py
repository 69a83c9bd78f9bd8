"""How long the image takes from registry to registry, against `docker` and `skopeo`.

Run it as root with `python -m tests.benchmarks.image_copy [--runs 3] [--megabytes 600]
[--speed 20] [--delay 20] [--raw FILE]`. An image of a dozen layers goes from one docker-registry
into another, both behind one line that is shaped: so many megabytes a second each way, and so many
milliseconds until a byte arrives. The programs take turns, so that a busy machine slows all alike.
Prints medians: seconds, peak memory of the programs that copy, and the most that lay on the disk.
What is not installed is left out.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.support.docker_engine import ECR_PASSWORD, ECR_USER, _running_registry, running_engine
from tests.support.oci_images import CONFIG, LAYER, MANIFEST, Blob, Image, Registry

LAYERS = 12
NAME, TAG = "team/image", "1.0.0"
CHUNK = 2**16
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One copy: seconds, peak memory and peak size of what it wrote, in megabytes."""

    program: str
    seconds: float
    memory: float
    disk: float


class Line:
    """A line with a speed each way, in bytes a second, and a delay in seconds."""

    def __init__(self, speed: float, delay: float) -> None:
        self._speed, self._delay = speed, delay
        self._free = {"down": 0.0, "up": 0.0}

    async def serve(self, behind: str) -> str:
        """Listen before a registry; the address."""

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            host, port = behind.split(":")
            there, to = await asyncio.open_connection(host, int(port), limit=CHUNK)
            await asyncio.gather(self._carry(reader, to, "up"), self._carry(there, writer, "down"))

        server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=CHUNK)
        return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(
            max(4, int(self._speed * self._delay * 4 / CHUNK))
        )

        async def deliver() -> None:
            while True:
                due, data = await late.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.close()

        out = asyncio.create_task(deliver())
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                now = time.monotonic()
                self._free[way] = max(self._free[way], now) + len(data) / self._speed
                await late.put((self._free[way] + self._delay, data))
        with contextlib.suppress(ConnectionError):
            await late.put((0.0, b""))
            await out


def _line(speed: float, delay: float, behind: list[str], told: Connection) -> None:
    async def run() -> None:
        line = Line(speed, delay)
        told.send([await line.serve(each) for each in behind])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextlib.contextmanager
def shaped(speed: float, delay: float, *behind: str) -> Iterator[list[str]]:
    """Addresses that lead to these through one line, in a process of its own."""
    told, tell = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_line, args=(speed, delay, list(behind), tell))
    process.start()
    try:
        yield told.recv()
    finally:
        process.terminate()
        process.join()


def big_image(megabytes: int) -> Image:
    """An image of layers of different sizes that cannot be compressed."""
    chance = random.Random(1)
    weights = [chance.uniform(0.2, 2) for _ in range(LAYERS)]
    sizes = [int(each / sum(weights) * megabytes * MEGABYTE) for each in weights]
    packed = []
    for number, size in enumerate(sizes):
        packed.append(_layer(number, chance.randbytes(size)))
    layers = tuple(Blob(LAYER, data) for data, _ in packed)
    content = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [tar for _, tar in packed]},
    }
    config = Blob(CONFIG, json.dumps(content).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.described(),
        "layers": [each.described() for each in layers],
    }
    return Image(Blob(MANIFEST, json.dumps(manifest).encode()), config, layers)


def _layer(number: int, data: bytes) -> tuple[bytes, str]:
    """A layer with one file, stored in gzip's way, and the digest of its tar archive."""
    import gzip
    import hashlib
    import io
    import tarfile

    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo(f"file-{number}")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    whole = tar.getvalue()
    return gzip.compress(whole, 1, mtime=0), f"sha256:{hashlib.sha256(whole).hexdigest()}"


@contextlib.contextmanager
def watched(*folders: Path) -> Iterator[Callable[[], float]]:
    """Gives the most that lay in these folders so far, in megabytes."""
    most, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            sizes = (each.stat().st_blocks * 512 for each in _files(folders))
            most[0] = max(most[0], sum(sizes) / MEGABYTE)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        over.set()
        thread.join()


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                file = Path(path, name)
                with contextlib.suppress(OSError):
                    if file.is_file() and not file.is_symlink():
                        yield file


def _command(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak memory of a command, which counts from where it became that program."""
    began, peak = time.monotonic(), 0.0
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, high_water(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{words[0]} failed")
    return time.monotonic() - began, peak


def high_water(pid: int) -> float:
    """The most memory that a process has had, in megabytes; 0 where it is not there any more."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / MEGABYTE
    return 0.0


def _clean(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}


def ours(source: str, target: str, folder: Path) -> Run:
    """This program, in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.image_copy", "--copy", source, target]
    environment = {**_clean(folder), "NO_PROXY": "127.0.0.1", "PYTHONPATH": str(Path.cwd())}
    with watched(folder) as disk:
        seconds, memory = _command(words, environment)
        return Run("formae-wizard", seconds, memory, disk())


def skopeo(source: str, target: str, folder: Path) -> Run:
    """`skopeo copy`."""
    words = ["skopeo", "copy", "-q", "--insecure-policy", "--src-tls-verify=false"]
    words += ["--dest-tls-verify=false", f"--dest-creds={ECR_USER}:{ECR_PASSWORD}"]
    words += [f"docker://{source}", f"docker://{target}"]
    with watched(folder) as disk:
        seconds, memory = _command(words, _clean(folder))
        return Run("skopeo copy", seconds, memory, disk())


def docker(source: str, target: str, folder: Path) -> Run:
    """`docker pull`, `docker tag` and `docker push`, with an engine that has nothing yet."""
    auth = base64.b64encode(f"{ECR_USER}:{ECR_PASSWORD}".encode()).decode()
    config = {"auths": {target.partition("/")[0]: {"auth": auth}}}
    (folder / ".docker").mkdir()
    (folder / ".docker" / "config.json").write_text(json.dumps(config))
    with running_engine() as engine:
        environment = {**_clean(folder), "DOCKER_HOST": engine.host}
        data = Path(engine.host.removeprefix("unix://")).parent / "data"
        with watched(data) as disk:
            steps = (["pull", "-q", source], ["tag", source, target], ["push", "-q", target])
            used = [_command(["docker", *words], environment) for words in steps]
            memory = high_water(engine.process.pid) + max(each for _, each in used)
            return Run("docker pull + push", sum(each for each, _ in used), memory, disk())


def copy(source: str, target: str) -> None:
    """Copy as the wizard does."""
    from wizard.base.secret import Secret
    from wizard.local.image.names import Destination, RegistryLogin
    from wizard.local.image.registry import Tries
    from wizard.local.image.way import copy_along, find_way

    host = target.partition("/")[0]
    tries = Tries(60, time.sleep)
    login = RegistryLogin(host, ECR_USER, Secret(ECR_PASSWORD))
    to = Destination(target, f"http://{host}", lambda: login)
    way = find_way(source, "linux/amd64", tries)
    copy_along(way, to, tries, lambda _: None, lambda: False)


def measure(runs: int, megabytes: int, speed: float, delay: float) -> list[Run]:
    """All runs, the programs in turn."""
    programs: list[Callable[[str, str, Path], Run]] = [ours]
    programs += [skopeo] if shutil.which("skopeo") else []
    programs += [docker] if shutil.which("docker") and shutil.which("dockerd") else []
    found: list[Run] = []
    image = big_image(megabytes)
    with _running_registry() as source:
        Registry(source).upload(NAME, TAG, {"amd64": image})
        for _ in range(runs):
            for program in programs:
                run = _one(program, source, speed * MEGABYTE, delay / 1000)
                print(run, file=sys.stderr, flush=True)
                found.append(run)
    return found


def _one(program: Callable[[str, str, Path], Run], source: str, speed: float, delay: float) -> Run:
    """A copy into a registry that has nothing yet: none of its layers can be taken over."""
    with (
        _running_registry((ECR_USER, ECR_PASSWORD)) as target,
        shaped(speed, delay, source, target) as (here, there),
        tempfile.TemporaryDirectory() as folder,
    ):
        return program(f"{here}/{NAME}:{TAG}", f"{there}/{NAME}:{TAG}", Path(folder))


def table(runs: list[Run]) -> Iterator[str]:
    """Medians, and how they compare with ours."""
    names = list(dict.fromkeys(each.program for each in runs))

    def median(name: str, part: str) -> float:
        return float(
            statistics.median(getattr(each, part) for each in runs if each.program == name)
        )

    own = median(names[0], "seconds")
    yield f"{'':20s} {'seconds':>8s} {'ratio':>6s} {'memory':>9s} {'on disk':>9s}"
    for name in names:
        seconds, memory, disk = (median(name, part) for part in ("seconds", "memory", "disk"))
        ratio = seconds / own
        yield f"{name:20s} {seconds:8.1f} {ratio:6.2f} {memory:6.0f} MB {disk:6.0f} MB"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=600)
    parser.add_argument("--speed", type=float, default=20, help="megabytes a second each way")
    parser.add_argument("--delay", type=float, default=20, help="milliseconds each way")
    parser.add_argument("--raw", type=Path, help="keep every run in this file")
    parser.add_argument("--copy", nargs=2, metavar=("SOURCE", "TARGET"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.copy:
        copy(*given.copy)
        return
    runs = measure(given.runs, given.megabytes, given.speed, given.delay)
    about = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    settings = f"{given.megabytes} MB, {given.speed:g} MB/s each way, {given.delay:g} ms"
    if given.raw:
        raw = {"machine": about, "line": settings, "runs": [asdict(each) for each in runs]}
        given.raw.write_text(json.dumps(raw, indent=2) + "\n")
    print(f"{settings}, medians of {given.runs} on {about}")
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()
