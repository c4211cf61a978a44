#!/usr/bin/env python3
"""Start and stop a real Kubernetes for the tests: etcd, API server, controllers, scheduler, and kwok for fake nodes.

The programs are built from the Go modules pinned beside this file, into the user's cache folder, where every checkout
with the same pins finds them again (11 minutes cold on 2 cores, once).

    toolchain/cluster.py build                 get the programs and the definitions of custom resources
    toolchain/cluster.py start                 start a cluster and print how to use it
    toolchain/cluster.py stop                  end it and remove what it wrote
    toolchain/cluster.py status                what runs; exit code 3 if it is not all of it

`--run-dir` chooses the cluster's folder, `--with` adds parts, `--json` prints one JSON object. Several clusters run at
once in folders of their own. Results go to standard output, progress to standard error. Exit codes: 0 done, 1 it
failed, 2 something is missing on this machine, 3 not running.

Standard library only, since it runs before there is any virtual environment.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

from testcluster import commands, discovery
from testcluster.layout import load
from testcluster.parts import PARTS, chosen_parts
from toolchain import ToolchainError, say


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="cluster.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = verbs.add_parser("build", help="get the programs")
    start = verbs.add_parser("start", help="start a cluster")
    stop = verbs.add_parser("stop", help="end a cluster")
    status = verbs.add_parser("status", help="what runs")
    supervise = verbs.add_parser("supervise", help="for `start` only")
    discover = verbs.add_parser("discover", help="for Prometheus only")
    for verb in (start, stop, status, supervise, discover):
        verb.add_argument("--run-dir", type=Path, default=commands.default_run(), help="the cluster's folder")
    for verb in (build, start):
        verb.add_argument("--with", dest="parts", default="", metavar="PART,…", help=f"of {', '.join(PARTS)}")
        verb.add_argument("--node", action="store_true", help="a real node too: the same as --with node")
    for verb in (build, start, stop, status):
        verb.add_argument("--json", action="store_true", help="print one JSON object")
    for verb in (start, supervise):
        verb.add_argument("--guard-fd", type=int, help="a pipe; the cluster ends when its other end closes")
        verb.add_argument("--keep", action="store_true", help="leave the folder at the end, for its logs")
    supervise.add_argument("--report", type=int, required=True, help="where to write progress to")
    return top


def wanted_parts(chosen: argparse.Namespace) -> tuple[str, ...]:
    """The parts that the options ask for."""
    names = [name for name in chosen.parts.split(",") if name] + (["node"] if chosen.node else [])
    return chosen_parts(names)


def show(answer: dict[str, Any], as_json: bool) -> None:
    """Print a result."""
    if as_json:
        print(json.dumps(answer))
        return
    for key, value in answer.items():
        print(f"{key:<12}{value if not isinstance(value, (dict, list)) else json.dumps(value)}")
    if "kubeconfig" in answer:
        print(f"use it with: export KUBECONFIG={answer['kubeconfig']}")


def run(chosen: argparse.Namespace) -> int:
    """Run one command."""
    if chosen.command == "build":
        folders = commands.build(wanted_parts(chosen))
        show({"folders": [str(folder) for folder in folders]}, chosen.json)
        return 0
    where = chosen.run_dir.resolve()
    if chosen.command == "start":
        answer = commands.start(where, wanted_parts(chosen), guard=chosen.guard_fd, keep=chosen.keep)
        show(answer, chosen.json)
    elif chosen.command == "stop":
        show({"run": str(where), "stopped": commands.stop(where)}, chosen.json)
    elif chosen.command == "status":
        answer = commands.status(where)
        show(answer, chosen.json)
        return 0 if answer["running"] else 3
    elif chosen.command == "discover":
        discovery.follow(load(where), where / "prometheus")
    else:
        return commands.supervise(where, chosen.report, chosen.guard_fd, chosen.keep)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    chosen = parser().parse_args(arguments)
    # Being told to stop must clean up like Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(chosen)
    except ToolchainError as error:
        say(str(error))
        return error.code
    except KeyboardInterrupt:
        say("interrupted; what was started is ended again")
        return 130


if __name__ == "__main__":
    sys.exit(main())
