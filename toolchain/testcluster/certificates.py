"""Keys, certificates and kubeconfigs, by openssl: every component has a name of its own, so that RBAC stays on."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toolchain import ToolchainError

from .layout import Layout

_DAYS = "30"

#: Who there is: file name, subject, signer, extended use.
_IDENTITIES = (
    ("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client", "ca", "clientAuth"),
    ("front", "/CN=front-proxy-client", "front-ca", "clientAuth"),
    ("admin", "/O=system:masters/CN=admin", "ca", "clientAuth"),
    ("controller-manager", "/CN=system:kube-controller-manager", "ca", "clientAuth"),
    ("scheduler", "/CN=system:kube-scheduler", "ca", "clientAuth"),
    ("proxy", "/CN=system:kube-proxy", "ca", "clientAuth"),
    ("kwok", "/O=system:masters/CN=kwok", "ca", "clientAuth"),
)


def make_certificates(layout: Layout) -> None:
    """Make all of them, and the kubeconfigs of the components and of the administrator."""
    folder = layout.certificates
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("ca", "front-ca"):
        _authority(folder, name)
    _key(folder, "sa")
    _openssl(folder, "ec", "-in", "sa.key", "-pubout", "-out", "sa.pub")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(_certificate, folder, *identity) for identity in _IDENTITIES]
        jobs.append(
            pool.submit(_certificate, folder, "apiserver", "/CN=kube-apiserver", "ca", "serverAuth", _names(layout))
        )
        for job in jobs:
            job.result()
    for name in ("controller-manager", "scheduler", "proxy", "kwok"):
        write_kubeconfig(layout, name, folder / f"{name}.kubeconfig")
    write_kubeconfig(layout, "admin", layout.kubeconfig)


def add_identity(layout: Layout, name: str, subject: str, *, use: str = "clientAuth", names: str = "") -> Path:
    """Make one more certificate and its kubeconfig; for optional parts.

    Args:
        layout: The cluster.
        name: File name of key, certificate and kubeconfig.
        subject: As openssl writes it: `/O=group/CN=user`.
        use: Extended key use.
        names: Alternative names as openssl writes them: `IP:127.0.0.1,DNS:localhost`.
    """
    _certificate(layout.certificates, name, subject, "ca", use, names)
    kubeconfig = layout.certificates / f"{name}.kubeconfig"
    write_kubeconfig(layout, name, kubeconfig)
    return kubeconfig


def write_kubeconfig(layout: Layout, name: str, target: Path) -> None:
    """Write a kubeconfig that holds its certificates itself, readable for its owner only."""
    folder = layout.certificates

    def encoded(file: str) -> str:
        return base64.b64encode((folder / file).read_bytes()).decode()

    text = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "lockyard-test",
                    "cluster": {
                        "server": layout.server,
                        "certificate-authority-data": encoded("ca.crt"),
                        # No network is in between, and every `pulumi` asks for megabytes of schemas.
                        "disable-compression": True,
                    },
                }
            ],
            "users": [
                {
                    "name": name,
                    "user": {
                        "client-certificate-data": encoded(f"{name}.crt"),
                        "client-key-data": encoded(f"{name}.key"),
                    },
                }
            ],
            "contexts": [{"name": "lockyard-test", "context": {"cluster": "lockyard-test", "user": name}}],
            "current-context": "lockyard-test",
        }
    )
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)


def _names(layout: Layout) -> str:
    names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"]
    names.append("kubernetes.default.svc.cluster.local")
    addresses = dict.fromkeys(("127.0.0.1", layout.first_service, layout.address))
    return ",".join([*(f"DNS:{name}" for name in names), *(f"IP:{one}" for one in addresses), *layout.names])


def _authority(folder: Path, name: str) -> None:
    _key(folder, name)
    _openssl(
        folder,
        "req",
        "-x509",
        "-new",
        "-key",
        f"{name}.key",
        "-days",
        _DAYS,
        "-subj",
        f"/CN={name}",
        "-out",
        f"{name}.crt",
    )


def _certificate(folder: Path, name: str, subject: str, signer: str, use: str, names: str = "") -> None:
    _key(folder, name)
    _openssl(folder, "req", "-new", "-key", f"{name}.key", "-subj", subject, "-out", f"{name}.csr")
    extensions = f"keyUsage=digitalSignature\nextendedKeyUsage={use}\n"
    (folder / f"{name}.ext").write_text(extensions + (f"subjectAltName={names}\n" if names else ""))
    serial = ["-set_serial", str(int.from_bytes(os.urandom(8), "big"))]
    signed = ["-CA", f"{signer}.crt", "-CAkey", f"{signer}.key", *serial, "-days", _DAYS, "-extfile", f"{name}.ext"]
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.crt")


def _key(folder: Path, name: str) -> None:
    _openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["openssl", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        umask=0o077,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise ToolchainError(f"openssl {arguments[0]} failed: {done.stderr.strip()[-200:]}", code=1)
