"""What the engine tests share: a project with the real `pulumi`, programs to run in it, and a registry to look at."""

from .project import Project
from .results import Run, Step
from .server import Server

__all__ = ["Project", "Run", "Server", "Step"]
