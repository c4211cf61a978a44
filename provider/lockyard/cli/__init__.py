"""The `lockyard` command: look into a registry, serve one, and find out what is wrong."""

from ._main import app, main

__all__ = ["app", "main"]
