"""Image archives as containerd imports them, made of files alone: no registry, no builder.

An archive is a tar of `oci-layout`, `index.json` and blobs named by their sha256: one layer, the configuration, the
manifest. All times are zero, so that equal content gives an equal archive and an equal digest.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True, kw_only=True)
class Image:
    """What an image holds.

    Attributes:
        names: Its names, each with a tag.
        programs: Where programs go, by where they come from.
        links: Symbolic links, and where they point.
        folders: Empty folders that anybody may write to.
        entrypoint: What is run.
        user: Whom it runs as.
    """

    names: tuple[str, ...]
    programs: Mapping[str, Path]
    links: Mapping[str, str] = field(default_factory=lambda: {})
    folders: Sequence[str] = ("tmp",)
    entrypoint: tuple[str, ...] = ()
    user: str = "65532:65532"


def write_archive(image: Image, target: Path) -> str:
    """Write an image's archive and return its digest."""
    plain = _layer(image)
    packed = gzip.compress(plain, compresslevel=1, mtime=0)
    blobs: dict[str, bytes] = {}

    def add(content: bytes, kind: str) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    configuration = {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {"Entrypoint": list(image.entrypoint), "User": image.user, "Env": ["PATH=/bin"], "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}"]},
    }
    content = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": add(_json(configuration), _CONFIG),
        "layers": [add(packed, _LAYER)],
    }
    manifest = add(_json(content), _MANIFEST)
    # The annotation is the name that containerd gives it.
    named = [{**manifest, "annotations": {"io.containerd.image.name": name}} for name in image.names]
    with tarfile.open(target, "w") as opened:
        _add_file(opened, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}), 0o644)
        _add_file(opened, "index.json", _json({"schemaVersion": 2, "manifests": named}), 0o644)
        for digest, blob in sorted(blobs.items()):
            _add_file(opened, f"blobs/sha256/{digest}", blob, 0o644)
    return str(manifest["digest"])


def _layer(image: Image) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as layer:
        for folder in sorted({part for path in image.programs for part in _parents(path)}):
            _add_folder(layer, folder, 0o755)
        for folder in image.folders:
            _add_folder(layer, folder, 0o1777)
        for path, source in sorted(image.programs.items()):
            _add_file(layer, path, source.read_bytes(), 0o755)
        for path, where in sorted(image.links.items()):
            link = tarfile.TarInfo(path)
            link.type, link.linkname, link.mode = tarfile.SYMTYPE, where, 0o777
            layer.addfile(link)
    return stream.getvalue()


def _parents(path: str) -> list[str]:
    return [str(parent) for parent in Path(path).parents if str(parent) != "."]


def _add_folder(archive: tarfile.TarFile, path: str, mode: int) -> None:
    folder = tarfile.TarInfo(path)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    archive.addfile(folder)


def _add_file(archive: tarfile.TarFile, path: str, content: bytes, mode: int) -> None:
    file = tarfile.TarInfo(path)
    file.size, file.mode = len(content), mode
    archive.addfile(file, io.BytesIO(content))


def _json(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
