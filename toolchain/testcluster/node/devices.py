"""The folder in which the kubelet and its device plugins find each other; it is the same for every kubelet."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

_FOLDER = Path("/var/lib/kubelet/device-plugins")
_KUBELET = _FOLDER / "kubelet.sock"


def answers() -> bool:
    """Whether a kubelet listens for device plugins."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(_KUBELET))
        except OSError:
            return False
    return True


def remove_devices() -> None:
    """Remove what kubelet and plugins left there, unless a kubelet still uses it."""
    if answers():
        return
    for name in ("kubelet.sock", "kubelet_internal_checkpoint", "fake-gpu.sock", "DEPRECATION"):
        (_FOLDER / name).unlink(missing_ok=True)
    for folder in (_FOLDER, _FOLDER.parent):
        with suppress(OSError):
            folder.rmdir()  # only when empty
