"""toolchain/cluster.py and the package beside it: what they refuse, what they clean up, and whom they end."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The package's modules, with a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(ROOT / "toolchain"))
    from testcluster import commands, crds, debian, layout, parts, processes, programs
    from toolchain import ToolchainError

    yield SimpleNamespace(
        commands=commands,
        crds=crds,
        debian=debian,
        layout=layout,
        parts=parts,
        processes=processes,
        programs=programs,
        error=ToolchainError,
    )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


def cluster(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "toolchain" / "cluster.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def a_process(seconds: int = 60) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])


# --- The command


def test_status_of_what_was_never_started(run: Path) -> None:
    done = cluster("status", "--run-dir", str(run))

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "no cluster was started" in done.stderr
    assert "cluster.py start" in done.stderr


def test_stop_of_what_was_never_started_is_done(run: Path) -> None:
    done = cluster("stop", "--run-dir", str(run), "--json")

    assert (done.returncode, json.loads(done.stdout)["stopped"]) == (0, False)


def test_stop_leaves_a_folder_that_is_no_cluster_alone(run: Path) -> None:
    run.mkdir()
    (run / "thesis.txt").write_text("years of work")

    assert cluster("stop", "--run-dir", str(run)).returncode == 0
    assert (run / "thesis.txt").exists()


def test_start_in_a_folder_of_somebody_is_refused(run: Path) -> None:
    run.mkdir()
    (run / "thesis.txt").write_text("years of work")

    done = cluster("start", "--run-dir", str(run))

    assert done.returncode == 2
    assert "neither empty nor a cluster's" in done.stderr
    assert "--run-dir" in done.stderr
    assert (run / "thesis.txt").exists()


def test_unknown_part_names_those_there_are(run: Path) -> None:
    done = cluster("start", "--run-dir", str(run), "--with", "kubevirt")

    assert done.returncode == 2
    assert "there is no part kubevirt; there are kwok, " in done.stderr
    assert not run.exists()


def test_parts_come_in_their_order(package: SimpleNamespace) -> None:
    assert package.parts.chosen_parts([]) == ("kwok",)
    assert package.parts.chosen_parts(["keda", "prometheus", "node"]) == ("kwok", "node", "prometheus", "keda")


# --- Programs


def test_versions_are_those_of_the_modules(package: SimpleNamespace) -> None:
    for product in package.programs.PRODUCTS:
        text = (product.wrapper / "go.mod").read_text()
        assert f" v{product.version}" in text, product
        assert all(f"\t{one}\n" in text or f"tool {one}\n" in text for one in product.packages), product
        assert (product.wrapper / "go.sum").stat().st_size > 1000


def test_kubernetes_is_stamped_with_its_version(package: SimpleNamespace) -> None:
    flags = shlex.split(package.programs._linker_flags(package.programs.KUBERNETES))

    assert "k8s.io/component-base/version.gitVersion=v1.36.3" in flags
    assert "k8s.io/client-go/pkg/version.gitMinor=36" in flags
    assert package.programs._linker_flags(package.programs.ETCD) == "-s -w"


def test_programs_of_other_pins_are_others(package: SimpleNamespace) -> None:
    folders = {product.folder for product in package.programs.PRODUCTS}

    assert len(folders) == len(package.programs.PRODUCTS)
    assert all(product.module in product.folder.name for product in package.programs.PRODUCTS)


def test_a_missing_go_is_one_line(package: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(
        package.error, match="cannot build the test cluster's etcd: there is no Go on PATH; install Go"
    ) as found:
        package.programs.built(package.programs.ETCD)

    assert "pulumi" not in str(found.value)


# --- Definitions


def archive(tmp_path: Path, *names: str) -> Path:
    path = tmp_path / "module.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for name in names:
            opened.writestr(f"example.com/m@v1.0.0/{name}", name)
    return path


def test_pins_are_read(package: SimpleNamespace) -> None:
    [pin] = package.crds.read_pins("# why\n\nexample.com/m v1.0.0 h1:x a/*.yaml b/c.yaml\n")

    assert (pin.module, pin.version, pin.checksum) == ("example.com/m", "v1.0.0", "h1:x")
    assert pin.patterns == ("a/*.yaml", "b/c.yaml")


def test_files_of_a_module_are_extracted(package: SimpleNamespace, tmp_path: Path) -> None:
    pin = package.crds.Pin("example.com/m", "v1.0.0", "h1:x", ("crds/*.yaml",))
    into = tmp_path / "into"
    into.mkdir()

    names = package.crds.extract(archive(tmp_path, "crds/a.yaml", "crds/b.yaml", "other/c.yaml"), pin, into)

    assert sorted(names) == ["a.yaml", "b.yaml"] == sorted(path.name for path in into.iterdir())


def test_a_pattern_without_a_file_is_an_error(package: SimpleNamespace, tmp_path: Path) -> None:
    pin = package.crds.Pin("example.com/m", "v1.0.0", "h1:x", ("crds/*.yaml", "gone/*.json"))

    with pytest.raises(package.error, match="has no file gone/"):
        package.crds.extract(archive(tmp_path, "crds/a.yaml"), pin, tmp_path)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"Zip": "/z", "Sum": "h1:other"}', "is h1:other, not what"),
        ('{"Error": "no such host"}', "no such host; check the network"),
        ("", "exit code 1; check the network"),
    ],
)
def test_a_module_that_is_not_the_pinned_one_is_refused(
    package: SimpleNamespace, fake_program: Any, answer: str, why: str
) -> None:
    go = fake_program("go", f"echo {shlex.quote(answer)}; exit 1")
    pin = package.crds.Pin("example.com/m", "v1.0.0", "h1:x", ("a",))

    with pytest.raises(package.error, match=why):
        package.crds._archive(str(go), pin)


# --- Packages


def test_a_missing_package_is_one_line_without_root(
    package: SimpleNamespace, bin_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(package.error, match=r"there is no openssl; install it \(Debian: apt-get install openssl\)"):
        package.debian.ensure("openssl", "openssl")


def test_a_missing_package_is_installed_by_root(
    package: SimpleNamespace, bin_directory: Path, fake_program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    fake_program(
        "apt-get", f'case "$*" in *openssl) : > {bin_directory}/openssl; /bin/chmod 755 {bin_directory}/openssl;; esac'
    )

    assert package.debian.ensure("openssl", "openssl") == str(bin_directory / "openssl")


# --- Processes


def test_a_process_is_ended_by_its_file(package: SimpleNamespace, tmp_path: Path) -> None:
    process = a_process()
    path = tmp_path / "sleeper"
    package.processes.write_pid(path, process.pid)
    assert package.processes.living(path) == process.pid

    package.processes.end([path])

    assert process.wait(10) == -signal.SIGTERM
    assert package.processes.living(path) is None


def test_another_process_of_the_same_id_is_left_alone(package: SimpleNamespace, tmp_path: Path) -> None:
    process = a_process()
    try:
        path = tmp_path / "sleeper"
        path.write_text(f"{process.pid} 1\n")  # one that began right after the machine did

        assert package.processes.living(path) is None
        package.processes.end([path])
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_a_process_that_does_not_listen_is_killed(package: SimpleNamespace, tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    path = tmp_path / "stubborn"
    package.processes.write_pid(path, process.pid)

    package.processes.end([path], grace=0.2)

    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()


def test_one_that_waits_to_be_reaped_is_not_alive(package: SimpleNamespace, tmp_path: Path) -> None:
    process = a_process(0)
    path = tmp_path / "done"
    package.processes.write_pid(path, process.pid)
    deadline = time.monotonic() + 10
    while package.processes.birth(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert package.processes.living(path) is None
    process.wait()


def test_a_file_that_says_nothing_names_nobody(package: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")

    assert package.processes.living(tmp_path / "empty") is None
    assert package.processes.living(tmp_path / "absent") is None


def test_children_die_with_a_killed_supervisor(package: SimpleNamespace, run: Path) -> None:
    """By the kernel, on Linux: nothing is left even if nobody says stop."""
    if sys.platform != "linux":
        pytest.skip("only Linux does that")
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from testcluster.layout import Layout; from testcluster.processes import Processes\n"
        "run = Path(sys.argv[2]); run.mkdir(); Processes(Layout(run=run, ports={})).start('sleeper', ['sleep', '60'])\n"
        "print(flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(ROOT / "toolchain"), str(run)]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    supervisor.stdout.readline()
    assert package.processes.living(run / "pids" / "sleeper")

    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    deadline = time.monotonic() + 10
    while package.processes.living(run / "pids" / "sleeper") and time.monotonic() < deadline:
        time.sleep(0.02)

    assert package.processes.living(run / "pids" / "sleeper") is None


def test_stop_ends_what_a_crash_left_and_removes_the_folder(package: SimpleNamespace, run: Path) -> None:
    process, other = a_process(), a_process()
    try:
        layout = package.layout.Layout(run=run, ports={"apiserver": 1}, parts=("kwok",))
        layout.pids.mkdir(parents=True)
        layout.save()
        package.processes.write_pid(layout.pids / "etcd", process.pid)
        (layout.pids / "kwok").write_text(f"{other.pid} 1\n")
        (run / "supervisor.pid").write_text("999999999 1\n")

        assert package.commands.stop(run)

        assert process.wait(10) == -signal.SIGTERM
        assert other.poll() is None
        assert not run.exists()
    finally:
        for one in (process, other):
            one.kill()
            one.wait()


def test_a_layout_is_read_as_it_was_written(package: SimpleNamespace, run: Path) -> None:
    run.mkdir()
    layout = package.layout.Layout(run=run, ports={"apiserver": 6443}, prefix=("nsenter",), parts=("kwok", "node"))
    layout.save()

    assert package.layout.load(run) == layout
    assert layout.server == "https://127.0.0.1:6443"


def test_ports_are_different(package: SimpleNamespace) -> None:
    ports = package.layout.free_ports()

    assert len(set(ports.values())) == len(ports) == len(package.layout.PORTS)


def test_the_package_is_standard_library_only() -> None:
    """It runs before there is any virtual environment."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import cluster\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT / "toolchain")], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['__main__', 'cluster', 'testcluster', 'toolchain']"


def test_the_runner_asks_for_nothing_by_name(package: SimpleNamespace, root: Path) -> None:
    """Nobody else's processes may end because their names are alike."""
    texts = [path.read_text() for path in (root / "toolchain").rglob("*.py")]

    assert not any(word in text for text in texts for word in ("pkill", "killall", "pgrep"))
