"""Exit codes, and errors as one line on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import typer
from typer.core import TyperGroup

from ._output import plain

DONE: Final = 0
FAILED: Final = 1
"""The registry refused, cannot be reached, or is not healthy."""
WRONG_USE: Final = 2
"""Wrong options or wrong settings: nothing was done."""

EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 refused, failed or not found; "
    "2 wrong options or settings, nothing was done; 130 interrupted."
)

# Typer brings click along under a private name, so the base of its errors is found from a public one.
_UsageError = typer.BadParameter.__mro__[1]
_ClickError: Any = typer.BadParameter.__mro__[2]


class OneLineErrors(TyperGroup):
    """The top command: whatever goes wrong below it ends as one line and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command line; exits with its code unless `standalone_mode` is off."""

        def call() -> Any:
            return super(OneLineErrors, self).main(
                args=args,
                prog_name=prog_name or "lockyard",
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )

        code = _exit_code(call)
        if standalone_mode:
            sys.exit(code)
        return code


def complain(message: str) -> None:
    """Writes one line to standard error."""
    typer.echo(f"lockyard: {plain(' '.join(message.split()))}", err=True)


def _exit_code(call: Callable[[], Any]) -> int:
    try:
        result = call()
    except typer.Abort:
        complain("cancelled; nothing was done")
        return FAILED
    except _ClickError as error:
        return _usage_error(error)
    except Exception as error:
        return _own_error(error)
    return result if isinstance(result, int) else DONE


def _usage_error(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        context = getattr(error, "ctx", None)
        hint = f" (see `{context.command_path} --help`)" if context is not None else ""
        complain(f"{error.format_message().rstrip('.')}{hint}")
    return WRONG_USE if isinstance(error, _UsageError) else FAILED


def _own_error(error: Exception) -> int:
    from lockyard.contract import ConfigurationError, LockyardError

    if isinstance(error, LockyardError):
        complain(str(error))
        return WRONG_USE if isinstance(error, ConfigurationError) else FAILED
    import os

    if os.environ.get("LOCKYARD_DEBUG"):
        raise error
    # The text of an unexpected error may hold anything, so only its kind is shown.
    complain(f"unexpected {type(error).__name__}: set LOCKYARD_DEBUG=1 to see where, and report it")
    return FAILED
