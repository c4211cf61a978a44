"""`python -m lockyard.cli` is the `lockyard` command."""

from ._main import main

main()
