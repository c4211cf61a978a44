"""Text of somebody else, made safe to print: a terminal obeys control characters."""

from __future__ import annotations

MOST_PLAIN = 2_000
"""Longest text of somebody else in a message."""


def plain(value: object, most: int | None = None) -> str:
    """A value as one line in which every character shows as itself.

    Escape sequences, bells, line ends, bidirectional overrides, characters without width and lone surrogates become
    blanks. Whoever prints a name, a description or a message that somebody else wrote calls this.

    Args:
        value: the value.
        most: longest result; what is longer ends with an ellipsis.
    """
    text = str(value)
    if most is not None and len(text) > most:
        text = f"{text[:most]}…"
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def escaped(text: str) -> str:
    """A JSON text, indented or not, in which every character that does not show as itself is escaped.

    It stays the same document: outside its strings JSON has no such characters but line ends.
    """
    if all(line.isprintable() for line in text.split("\n")):
        return text
    return "".join(char if char.isprintable() or char == "\n" else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
