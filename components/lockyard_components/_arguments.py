"""Whether the plain arguments of a component are of the right kind.

Python does not look at annotations, and what is wrong would otherwise be told by a traceback out of our own code, or by
nobody: a text passes for a list of its letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lockyard.contract import Problem
from lockyard.resources import InputError
from lockyard.resources._inputs import is_deferred, is_mapping, is_sequence
from lockyard_components.manifests import Exposure, Metrics, Network, PodSecurity
from lockyard_components.placement import Cluster, SecretReference


@dataclass(frozen=True)
class Kind:
    """What an argument must be.

    Attributes:
        words: the kind in an error.
        fits: whether a value is of this kind, without its parts.
        parts: path, value and kind of what is inside a value that fits.
    """

    words: str
    fits: Callable[[Any], bool]
    parts: Callable[[Any], Iterable[tuple[str, Any, Kind]]] = lambda _: ()


ANYTHING: Final = Kind("anything", lambda _: True)
TEXT: Final = Kind("text", lambda value: isinstance(value, str))
FLAG: Final = Kind("True or False", lambda value: isinstance(value, bool))
WHOLE: Final = Kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))


def a(kind: type, **fields: Kind) -> Kind:
    """An instance of a class; `fields` are those of its attributes that it does not check itself."""
    return Kind(
        f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}",
        lambda value: isinstance(value, kind),
        lambda value: ((f".{name}", getattr(value, name), part) for name, part in fields.items()),
    )


def optional(kind: Kind) -> Kind:
    """That kind, or None."""
    return Kind(
        f"{kind.words} or None",
        lambda value: value is None or kind.fits(value),
        lambda value: () if value is None else kind.parts(value),
    )


def either(*kinds: Kind) -> Kind:
    """One of several kinds without parts."""
    return Kind(" or ".join(kind.words for kind in kinds), lambda value: any(kind.fits(value) for kind in kinds))


def list_of(kind: Kind) -> Kind:
    """A list or tuple of such items."""
    return Kind("a list", is_sequence, lambda value: ((f".{index}", item, kind) for index, item in enumerate(value)))


def map_of(kind: Kind) -> Kind:
    """A map of text to such values."""

    def parts(value: Mapping[Any, Any]) -> Iterator[tuple[str, Any, Kind]]:
        for key, item in value.items():
            yield (f".{key}", item, kind) if isinstance(key, str) else (f": the key {key!r}", key, TEXT)

    return Kind("a map", is_mapping, parts)


CLUSTER: Final = a(Cluster)
SECRET: Final = a(SecretReference)
SECURITY: Final = a(PodSecurity, run_as_user=optional(WHOLE), run_as_group=optional(WHOLE), chown_volume=FLAG)
EXPOSURE: Final = a(Exposure, host=optional(TEXT), path=TEXT, tls_secret=optional(TEXT))
METRICS: Final = a(Metrics, path=TEXT, port=optional(WHOLE), interval_seconds=WHOLE, enabled=FLAG)
NETWORK: Final = a(Network, policy=FLAG, egress=optional(TEXT), metadata=FLAG, address_blocks=list_of(TEXT))


def require_kinds(label: str, kinds: Mapping[str, Kind], **values: Any) -> None:
    """Refuses arguments of a wrong kind, all at once and each with its path.

    Args:
        label: the component, such as `KubernetesWorkload 'chat'`.
        kinds: what each argument must be.
        values: the arguments by their names; those that `kinds` does not name are not looked at.

    Raises:
        InputError: at least one is of another kind.
    """
    problems: list[Problem] = []
    for name, kind in kinds.items():
        problems += _problems(name, values[name], kind)
    if problems:
        raise InputError(f"{label}: {'; '.join(map(str, problems))}")


def _problems(path: str, value: Any, kind: Kind) -> Iterator[Problem]:
    if not kind.fits(value):
        why = "an Output: give it as a plain value" if is_deferred(value) else type(value).__name__
        yield Problem(path, f"must be {kind.words}, not {why}")
        return
    for step, part, inner in kind.parts(value):
        yield from _problems(f"{path}{step}", part, inner)
