"""A cluster that a test started ends with the test's process, whatever ended that; several run at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cluster.harness import Lane, TestCluster, eventually
from tests.cluster.harness.lane import ROOT

STARTER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.cluster.harness import Lane
with Lane(Path(sys.argv[2])) as lane:
    print(*lane.facts["processes"].values(), lane.facts["supervisor"], flush=True)
    time.sleep(300)
"""


def running(pid: int) -> bool:
    """Whether there is such a process; one that only waits to be reaped is none."""
    try:
        return Path(f"/proc/{pid}/exe").exists()
    except OSError:
        return False


def test_a_killed_test_process_takes_its_cluster_along(cluster: TestCluster, tmp_path: Path) -> None:
    """A second cluster beside the one of these tests, so that it also shows that they do not meet."""
    run = tmp_path / "second"
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(ROOT), str(run)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    try:
        pids = [int(word) for word in starter.stdout.readline().split()]
        assert len(pids) == 6
        assert all(running(pid) for pid in pids)
    finally:
        starter.kill()
        starter.wait()
        starter.stdout.close()

    eventually(lambda: not any(running(pid) for pid in pids), seconds=30, what="the processes to end")
    eventually(lambda: not run.exists(), seconds=30, what="the folder to go")
    assert cluster.kubectl("get", "namespace", "default")


def test_stop_after_a_killed_supervisor(tmp_path: Path) -> None:
    lane = Lane(tmp_path / "run")
    with lane:
        os.kill(lane.facts["supervisor"], signal.SIGKILL)
        eventually(lambda: not any(lane.status()["processes"].values()), seconds=30, what="the kernel to end them")
        assert lane.status()["running"] is False
    assert not (tmp_path / "run").exists()
