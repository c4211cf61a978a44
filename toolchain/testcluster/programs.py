"""The cluster's programs: built from the wrapper modules beside this package, kept in the user's cache folder."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from toolchain import HERE, ToolchainError, build_once, cache_root, go_program, pins_key, run_go, say

KUBERNETES_VERSION = "1.36.3"

_OTHERWISE = ""
#: A go.work around the checkout or flags of the user must not change what is built.
_ENVIRONMENT = {"GOWORK": "off", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Product:
    """What one wrapper module gives.

    Attributes:
        module: Folder beside this package.
        packages: Go packages of its programs.
        programs: Names of the programs, in the order of the packages.
        version: Version, without the leading v.
        estimate: How long it takes with an empty Go cache on 2 cores.
        stamp: Whether the programs are told their version by the linker, as Kubernetes' releases are.
    """

    module: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    version: str
    estimate: str
    stamp: bool = False

    @property
    def wrapper(self) -> Path:
        """Its wrapper module."""
        return HERE / self.module

    @property
    def folder(self) -> Path:
        """Where its programs are, or will be."""
        return cache_root() / f"{self.module}-{pins_key([self.wrapper])}"


def _kubernetes(*programs: str, estimate: str) -> Product:
    packages = tuple(f"k8s.io/kubernetes/cmd/{program}" for program in programs)
    return Product("cluster-kubernetes", packages, programs, KUBERNETES_VERSION, estimate, stamp=True)


KUBERNETES = _kubernetes(
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kubelet",
    "kube-proxy",
    estimate="about 9 minutes",
)
ETCD = Product("cluster-etcd", ("go.etcd.io/etcd/server/v3",), ("etcd",), "3.6.8", "about 40 seconds")
KWOK = Product("cluster-kwok", ("sigs.k8s.io/kwok/cmd/kwok",), ("kwok",), "0.8.0", "about 90 seconds")
METRICS_SERVER = Product(
    "cluster-metrics-server",
    ("sigs.k8s.io/metrics-server/cmd/metrics-server",),
    ("metrics-server",),
    "0.9.0",
    "about 3 minutes",
)
KEDA = Product(
    "cluster-keda",
    ("github.com/kedacore/keda/v2/cmd/operator", "github.com/kedacore/keda/v2/cmd/adapter"),
    ("operator", "adapter"),
    "2.21.0",
    "about 11 minutes",
)

PRODUCTS = (KUBERNETES, ETCD, KWOK, METRICS_SERVER, KEDA)


def program(name: str) -> Path:
    """The path of a program, built if needed."""
    for product in PRODUCTS:
        if name in product.programs:
            return built(product) / name
    raise ToolchainError(f"no product of the test cluster has a program {name}")


def built(product: Product) -> Path:
    """The folder of a product's programs, built if needed."""
    build_once(product.folder, lambda into: _build(product, into))
    return product.folder


def _build(product: Product, into: Path) -> None:
    what = f"the test cluster's {', '.join(product.programs)}"
    go = go_program([product.wrapper], what, _OTHERWISE)
    say(f"building {what} ({product.estimate} cold on 2 cores, a minute with a warm Go cache)")
    started = time.monotonic()
    output = f"{into}/" if len(product.packages) > 1 else str(into / product.programs[0])
    flags = ["-mod=readonly", "-trimpath", "-ldflags", _linker_flags(product), "-o", output]
    run_go(
        [go, "build", *flags, *product.packages],
        product.wrapper,
        f"building {product.programs[0]}",
        _ENVIRONMENT,
        _OTHERWISE,
    )
    say(f"built {', '.join(product.programs)} in {time.monotonic() - started:.0f} s")


def _linker_flags(product: Product) -> str:
    """What the linker sets; without it Kubernetes' programs tell clients a version that these cannot parse."""
    flags = ["-s", "-w"]
    if product.stamp:
        major, minor, _ = product.version.split(".")
        values = {
            "gitVersion": f"v{product.version}",
            "gitMajor": major,
            "gitMinor": minor,
            "gitCommit": "none",
            "gitTreeState": "archive",
            "buildDate": "2026-01-01T00:00:00Z",  # fixed, so that a build can be repeated
        }
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
            flags += [f"-X {package}.{name}={value}" for name, value in values.items()]
    return " ".join(flags)
