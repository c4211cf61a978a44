"""Digests as far as the program knows them."""

from __future__ import annotations

from typing import Any

import pulumi

from lockyard.contract import LockyardError, runtime_digest
from lockyard.resources._inputs import outputs_in

PLACEHOLDER = ""
"""Stands for a digest that `check` computes."""


def content_digest_placeholder(*, name: Any, description: Any, type: Any, spec: Any) -> pulumi.Input[str]:
    """The input that `check` replaces by the content digest.

    The engine decides by the input what a property is: with something unknown in the content the placeholder is
    unknown, too, and with something secret in it a secret, since a plain hash beside an encrypted value would let
    anybody test guesses. So it depends on exactly the content, and not on the repository.
    """
    outputs = list(outputs_in([name, description, type, spec]))
    if not outputs:
        return PLACEHOLDER
    return pulumi.Output.all(*outputs).apply(lambda _: PLACEHOLDER)


def deferred_runtime_digest(runtime: Any) -> pulumi.Input[str]:
    """The digest of a runtime in its wire form; an Output, and as secret as the runtime, if there is one in it.

    A runtime that breaks the contract has the digest `""`: the check of its workload refuses it with the path.
    """

    def digest(known: Any) -> str:
        try:
            return str(runtime_digest({} if known is None else known))
        except LockyardError:
            return PLACEHOLDER

    if next(outputs_in(runtime), None) is None:
        return digest(runtime)
    return pulumi.Output.from_input(runtime).apply(digest)
