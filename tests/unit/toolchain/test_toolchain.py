"""toolchain/toolchain.py: which pulumi is used, and that a build never leaves anything half done."""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FakeProgram = Callable[[str, str], Path]

OLD_GO = 'case "$*" in "env GOVERSION GOTOOLCHAIN") echo go1.19.8; echo local;; *) exit 9;; esac'


def answer(toolchain: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, list[str]]:
    previous = signal.getsignal(signal.SIGTERM)
    try:
        code = toolchain.main(list(arguments))
    finally:
        signal.signal(signal.SIGTERM, previous)
    printed = capsys.readouterr()
    return code, printed.out.strip(), printed.err.strip().splitlines()


# --- An official pulumi


@pytest.mark.parametrize("version", ["v3.259.0", "v3.272.0", "v4.0.0"])
def test_new_enough_official_pulumi_is_used(
    toolchain: ModuleType, fake_program: FakeProgram, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    pulumi = fake_program("pulumi", f"echo {version}")
    fake_program("pulumi-language-python", "")

    assert answer(toolchain, capsys, "path") == (0, str(pulumi.parent), [])


def test_official_pulumi_is_found_through_a_link(
    toolchain: ModuleType,
    fake_program: FakeProgram,
    bin_directory: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "installed"
    home.mkdir()
    for name in ("pulumi", "pulumi-language-python"):
        fake_program(name, "echo v3.272.0").rename(home / name)
    (bin_directory / "pulumi").symlink_to(home / "pulumi")

    assert answer(toolchain, capsys, "path") == (0, str(home), [])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo v3.258.9", "is v3.258.9, older than 3.259.0"),
        ("echo v3.272.0", "has no Python language host"),
        ("echo hello", "does not tell its version"),
        ("echo v3.272.0; exit 3", "does not tell its version"),
    ],
)
def test_unusable_official_pulumi_is_refused_with_the_reason(
    toolchain: ModuleType,
    fake_program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    body: str,
    why: str,
) -> None:
    monkeypatch.setenv("LOCKYARD_TOOLCHAIN", "official")
    fake_program("pulumi", body)

    code, printed, lines = answer(toolchain, capsys, "path")

    assert (code, printed, len(lines)) == (2, "", 1)
    assert why in lines[0]
    assert "install pulumi 3.259.0 or newer" in lines[0]


def test_too_old_official_pulumi_is_built_instead(
    toolchain: ModuleType, fake_program: FakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program("pulumi", "echo v3.100.0")
    fake_program("pulumi-language-python", "")

    code, _, lines = answer(toolchain, capsys, "path")

    assert code == 2  # there is no Go in this test
    assert "older than 3.259.0; building instead" in lines[0]


def test_build_never_looks_at_path(
    toolchain: ModuleType,
    fake_program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LOCKYARD_TOOLCHAIN", "build")
    fake_program("pulumi", "echo v3.272.0")
    fake_program("pulumi-language-python", "")
    built = toolchain.programs_directory()
    built.mkdir(parents=True)

    assert answer(toolchain, capsys, "path") == (0, str(built), [])


def test_pulumi_that_this_script_built_is_not_official(
    toolchain: ModuleType, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = toolchain.cache_root() / "of-older-pins"
    built.mkdir(parents=True)
    for name in ("pulumi", "pulumi-language-python"):
        fake_program(name, "echo v3.272.0").rename(built / name)
    monkeypatch.setenv("PATH", str(built))

    assert toolchain.official_directory() == (None, "the pulumi on PATH was built by this script")


def test_unknown_source_is_one_line(
    toolchain: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCKYARD_TOOLCHAIN", "newest")

    code, _, lines = answer(toolchain, capsys, "path")

    assert (code, lines) == (
        2,
        ["toolchain: LOCKYARD_TOOLCHAIN is 'newest'; set it to auto, build or official"],
    )


# --- Go


def test_without_go_one_line_says_what_to_install(toolchain: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, lines = answer(toolchain, capsys, "path")

    assert (code, printed, len(lines)) == (2, "", 1)
    assert "there is no Go on PATH; install Go 1.25.11 or newer" in lines[0]
    assert "or install pulumi 3.259.0 or newer" in lines[0]
    assert not toolchain.programs_directory().exists()


def test_too_old_go_is_refused(
    toolchain: ModuleType, fake_program: FakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program("go", OLD_GO)

    code, _, lines = answer(toolchain, capsys, "path")

    assert (code, len(lines)) == (2, 1)
    assert "is Go 1.19.8 and 1.25.11 is needed; install Go 1.25.11 or newer" in lines[0]


def test_go_that_fetches_a_newer_self_is_accepted(toolchain: ModuleType, fake_program: FakeProgram) -> None:
    go = fake_program("go", "echo go1.22.1; echo auto")

    assert toolchain.go_program([toolchain.HERE / "pulumi"]) == str(go)


def test_the_kubernetes_plugin_asks_for_the_go_of_its_own_module(
    toolchain: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, lines = answer(toolchain, capsys, "path", "--kubernetes")

    assert code == 2
    assert "install Go 1.26.0 or newer" in lines[0]


def fake_go(what_build_does: str) -> str:
    """A body for a fake `go` that answers its version and does something when told to build."""
    return f'case "$1" in env) echo go1.99.0; echo local;; build) {what_build_does};; *) exit 9;; esac'


def test_without_network_one_line_says_so(
    toolchain: ModuleType, fake_program: FakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program("go", fake_go("echo 'go: example.test/x@v1: dial tcp: lookup example.test: no such host' >&2; exit 1"))

    code, _, lines = answer(toolchain, capsys, "path")

    assert code == 2
    assert lines[-1].startswith("toolchain: building pulumi-language-python failed: Go cannot fetch modules (")
    assert "check the network and `go env GOPROXY`" in lines[-1]


def test_failed_build_names_the_log(
    toolchain: ModuleType, fake_program: FakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program("go", fake_go("echo 'x.go:1:1: broken' >&2; exit 1"))

    code, _, lines = answer(toolchain, capsys, "path")

    assert code == 1
    assert "x.go:1:1: broken; the whole output is in" in lines[-1]
    assert (toolchain.cache_root() / "last-build.log").read_text() == "x.go:1:1: broken\n"
    assert not toolchain.programs_directory().exists()


def test_a_whole_build_gives_the_four_programs(
    toolchain: ModuleType,
    fake_program: FakeProgram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sdk = tmp_path / "sdk"
    for script in toolchain.SDK_SCRIPTS:
        (sdk / script).parent.mkdir(parents=True, exist_ok=True)
        (sdk / script).write_text(script)
        (sdk / script).chmod(0o444)  # as in Go's module cache
    # The fake writes a file where it is told to; a real build is what the engine level runs with.
    find_output = 'while [ "$1" != -o ]; do shift; done; echo made > "$2"; chmod 755 "$2" 2>/dev/null || true'
    body = fake_go(find_output).replace("*) exit 9", f"mod) ;; list) echo {shlex.quote(str(sdk))};; *) exit 9")
    fake_program("go", body)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/bin:/bin")

    code, printed, lines = answer(toolchain, capsys, "build")

    assert (code, printed) == (0, str(toolchain.programs_directory()))
    assert sorted(path.name for path in Path(printed).iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-pulumi-python",
    ]
    assert all(os.access(path, os.X_OK) for path in Path(printed).iterdir())
    assert "about 8 minutes cold on 2 cores" in lines[0]


# --- Where results go


def test_key_changes_with_every_pin(toolchain: ModuleType, tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "go.mod").write_text("go 1.26\n")
    (module / "go.sum").write_text("a\n")
    keys = [toolchain.pins_key([module])]
    for name in ("go.mod", "go.sum", "main.go"):
        (module / name).write_text("changed\n")
        keys.append(toolchain.pins_key([module]))

    assert len(set(keys)) == 4
    assert toolchain.pins_key([module]) == keys[-1]


def test_kubernetes_plugin_has_its_own_key_and_a_linkable_folder(toolchain: ModuleType) -> None:
    plugin = toolchain.kubernetes_directory()

    assert plugin.name == "resource-kubernetes-v4.25.0"
    assert toolchain.programs_directory() not in plugin.parents


def test_kubernetes_plugin_installed_by_pulumi_is_used(
    toolchain: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    installed = tmp_path / "pulumi" / "plugins" / "resource-kubernetes-v4.25.0"
    installed.mkdir(parents=True)
    (installed / "pulumi-resource-kubernetes").touch()

    assert answer(toolchain, capsys, "path", "--kubernetes") == (0, str(installed), [])


def test_plugin_is_linked_into_a_pulumi_home(
    toolchain: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = toolchain.kubernetes_directory()
    built.mkdir(parents=True)
    (built / "pulumi-resource-kubernetes").touch()
    folder = tmp_path / "pulumi" / "plugins" / "resource-kubernetes-v4.25.0"

    for _ in range(2):  # the second time finds it there
        assert answer(toolchain, capsys, "plugin", str(tmp_path / "pulumi")) == (0, str(folder), [])

    assert not folder.is_symlink()  # pulumi skips linked folders
    assert (folder / "pulumi-resource-kubernetes").resolve() == built / "pulumi-resource-kubernetes"


def test_plugin_does_not_link_to_itself(
    toolchain: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "pulumi"
    monkeypatch.setenv("PULUMI_HOME", str(home))
    plugin = home / "plugins" / "resource-kubernetes-v4.25.0" / "pulumi-resource-kubernetes"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("installed")

    assert answer(toolchain, capsys, "plugin", str(home)) == (0, str(plugin.parent), [])
    assert plugin.read_text() == "installed"


def test_env_quotes_and_ends_with_the_callers_path(
    toolchain: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "it's a cache"))
    toolchain.programs_directory().mkdir(parents=True)
    _, printed, _ = answer(toolchain, capsys, "env")

    shown = subprocess.run(
        ["/bin/sh", "-c", f'{printed}\nprintf "%s" "$PATH"'], capture_output=True, text=True, check=True
    ).stdout.split(":")

    assert str(toolchain.programs_directory()) in shown
    assert shown[-1] == str(tmp_path / "bin")


def test_unwritable_cache_is_one_line(
    toolchain: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a-file"))

    code, _, lines = answer(toolchain, capsys, "path")

    assert (code, len(lines)) == (2, 1)
    assert "set XDG_CACHE_HOME to a folder of yours" in lines[0]


# --- Interrupted builds and two builds at once


def test_failing_build_leaves_no_directory(toolchain: ModuleType) -> None:
    target = toolchain.cache_root() / "target"

    def build(into: Path) -> None:
        (into / "pulumi").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toolchain.build_once(target, build)

    assert sorted(path.name for path in toolchain.cache_root().iterdir()) == ["lock"]


@pytest.mark.parametrize(("signal_sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_build_stopped_from_outside_leaves_no_directory(
    toolchain: ModuleType, fake_program: FakeProgram, root: Path, signal_sent: int, code: int
) -> None:
    fake_program("go", fake_go("echo started >&2; exec /bin/sleep 60"))
    process = subprocess.Popen(
        [sys.executable, str(root / "toolchain" / "toolchain.py"), "path"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        # What a shell starts in the background ignores Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    log = toolchain.cache_root() / "last-build.log"
    deadline = time.monotonic() + 20
    while not (log.exists() and "started" in log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal_sent)

    assert process.wait(timeout=20) == code
    assert sorted(path.name for path in toolchain.cache_root().iterdir()) == ["last-build.log", "lock"]


def test_what_a_killed_build_left_is_removed_by_the_next(toolchain: ModuleType) -> None:
    leftover = toolchain.cache_root() / ".building-killed"
    leftover.mkdir(parents=True)
    target = toolchain.cache_root() / "target"

    toolchain.build_once(target, lambda into: (into / "pulumi").touch())

    assert not leftover.exists()
    assert (target / "pulumi").exists()


def test_finished_build_is_not_repeated(toolchain: ModuleType) -> None:
    target = toolchain.cache_root() / "target"
    toolchain.build_once(target, lambda into: (into / "pulumi").touch())

    toolchain.build_once(target, lambda into: pytest.fail("built again"))


def test_second_build_waits_and_takes_the_result_of_the_first(
    toolchain: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    target = toolchain.cache_root() / "target"
    toolchain.cache_root().mkdir(parents=True)
    with (toolchain.cache_root() / "lock").open("a+") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = threading.Thread(
            target=toolchain.build_once, args=(target, lambda into: (into / "built-by-second").touch())
        )
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
        target.mkdir()
    second.join(timeout=10)

    assert not second.is_alive()
    assert list(target.iterdir()) == []
    assert "another build is running; waiting for it" in capsys.readouterr().err
