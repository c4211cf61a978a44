"""The images of the test cluster and the programs beside them: built with Go from `toolchain/images`, then packed.

`test.local/web` serves HTTP, `test.local/nim-standin` stands in for a NIM (it runs no model), `test.local/utility` is
Debian's busybox. Each serves under several tags, since a rollout needs a version to go to.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from toolchain import HERE, ToolchainError, build_once, cache_root, go_program, run_go, say

from .archive import Image, write_archive
from .config import PAUSE_IMAGE
from .packages import which

SOURCES = HERE / "images"
PLUGIN_SOURCES = HERE / "fake-device-plugin"

#: Tags of the images that tests roll from one to the next.
TAGS = ("1", "2", "3")
WEB = "test.local/web"
NIM_STANDIN = "test.local/nim-standin"
UTILITY = "test.local/utility:1"

LOAD = "load"
DEVICE_PLUGIN = "fake-device-plugin"

_ENVIRONMENT = {"GOWORK": "off", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}
_PROGRAMS = ("pause", "web", "nim-standin", LOAD)


def images_folder() -> Path:
    """The folder of programs (`load`, `fake-device-plugin`) and of archives (`*.tar`), built if needed."""
    folder = cache_root() / f"cluster-images-{_key()}"
    build_once(folder, _build)
    return folder


def digests() -> dict[str, str]:
    """The digest of each image, by name without tag."""
    return json.loads((images_folder() / "digests.json").read_text())


def import_images(socket: Path, prefix: tuple[str, ...] = ()) -> None:
    """Give the images to a containerd, where the kubelet finds them, by tag and by digest."""
    archives = sorted(images_folder().glob("*.tar"))
    # The kubelet looks in this namespace only.
    ctr = [*prefix, which("ctr"), "--address", str(socket), "--namespace", "k8s.io"]
    for archive in archives:
        _run([*ctr, "images", "import", "--digests", str(archive)])
    for name, digest in digests().items():
        _run([*ctr, "images", "tag", "--force", f"{name}:1", f"{name}@{digest}"])


def _key() -> str:
    """A name for what the images are made of: the sources and Debian's busybox."""
    digest = hashlib.sha256(b"1")  # raise it when the packing changes
    files = [*SOURCES.rglob("*.go"), *PLUGIN_SOURCES.rglob("*.go")]
    files += [folder / name for folder in (SOURCES, PLUGIN_SOURCES) for name in ("go.mod", "go.sum")]
    files += [Path(__file__), Path(__file__).with_name("archive.py"), Path(which("busybox"))]
    for file in sorted(files):
        if file.exists():
            digest.update(f"\n{file.name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _build(into: Path) -> None:
    go = go_program([SOURCES, PLUGIN_SOURCES], "the images of the test cluster", "")
    say("building the images of the test cluster (20 seconds cold on 2 cores)")
    build = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-o", f"{into}/"]
    run_go([*build, "./..."], SOURCES, "building the images' programs", _ENVIRONMENT, "")
    run_go([*build, "."], PLUGIN_SOURCES, "building the fake device plugin", _ENVIRONMENT, "")
    digests: dict[str, str] = {}
    for image in _images(into):
        name = image.names[0].rpartition(":")[0]
        digests[name] = write_archive(image, into / f"{name.rpartition('/')[2]}.tar")
    (into / "digests.json").write_text(json.dumps(digests))
    for name in _PROGRAMS:
        if name != LOAD:
            (into / name).unlink()


def _images(programs: Path) -> list[Image]:
    commands = subprocess.run([which("busybox"), "--list"], capture_output=True, text=True, timeout=30, check=True)
    links = {f"bin/{command}": "busybox" for command in commands.stdout.split() if command != "busybox"}
    return [
        Image(names=(PAUSE_IMAGE,), programs={"pause": programs / "pause"}, entrypoint=("/pause",)),
        Image(
            names=tuple(f"{WEB}:{tag}" for tag in TAGS),
            programs={"bin/web": programs / "web"},
            entrypoint=("/bin/web",),
        ),
        Image(
            names=tuple(f"{NIM_STANDIN}:{tag}" for tag in TAGS),
            programs={"bin/nim-standin": programs / "nim-standin", "bin/download-to-cache": programs / "nim-standin"},
            entrypoint=("/bin/nim-standin",),
        ),
        Image(
            names=(UTILITY,),
            programs={"bin/busybox": Path(which("busybox"))},
            links=links,
            entrypoint=("/bin/sh",),
        ),
    ]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    if done.returncode:
        raise ToolchainError(f"`{' '.join(command[-3:])}` failed: {done.stderr.strip()[-200:]}", code=1)
