"""Runs the main job: a real `pulumi up` of the root project on the embedded registry, in a folder of its own.

Everything it makes (Pulumi's state, the registry's database) lies in `.quickstart/` of the checkout; remove that
folder to start again. `.quickstart/env` sets the same surroundings in a shell, so that the story can go on by hand.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".quickstart"
STACK = "dev"


def surroundings() -> dict[str, str]:
    """The variables of a run that needs no login, no service and no cluster."""
    return {
        "PULUMI_BACKEND_URL": f"file://{FOLDER / 'state'}",
        "PULUMI_HOME": str(FOLDER / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "LOCKYARD_ENDPOINT": "embedded",
        "LOCKYARD_DATA_DIR": str(FOLDER / "registry"),
    }


def write_env_file(variables: dict[str, str], pulumi: str) -> Path:
    """Writes the shell lines that let the user go on where this script ends."""
    path = [str(Path(sys.executable).parent), str(Path(pulumi).parent)]
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines += [f"export VIRTUAL_ENV={shlex.quote(str(ROOT / '.venv'))}", "unset PYTHONDONTWRITEBYTECODE"]
    lines.append(f"export PATH={shlex.quote(os.pathsep.join(path))}:$PATH")
    file = FOLDER / "env"
    file.write_text("\n".join(lines) + "\n")
    return file


def main() -> int:
    """Selects the stack and runs `pulumi up`; the exit code is Pulumi's."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        print("pulumi is not on PATH: run this through `make quickstart`, which gets it", file=sys.stderr)
        return 2
    variables = surroundings()
    (FOLDER / "state").mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **variables}
    file = write_env_file(variables, pulumi)
    command = [pulumi, "--cwd", str(ROOT), "--non-interactive"]
    for arguments in (["stack", "select", "--create", STACK], ["up", "--yes", "--stack", STACK]):
        code = subprocess.run([*command, *arguments], env=environment, stdin=subprocess.DEVNULL, check=False).returncode
        if code != 0:
            return code
    print(
        f"""
It runs. Go on with the story in this shell:

    . {file.relative_to(ROOT)}
    pulumi config set image registry.example/chat-api:1.1.0 && pulumi up      # edits the draft in place
    pulumi config set status locked && pulumi up                              # locks it: version 1
    pulumi config set image registry.example/chat-api:1.2.0 && pulumi preview # +-replace: a new version
    pulumi up                                                                 # version 2, the workload moves over
    lockyard artifacts list
    pulumi destroy                                                            # says which locked versions stay
"""
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
