"""Text files: bytes in, clean composed text out, or what is wrong with them and where."""

from __future__ import annotations

import unicodedata

from bookbuild.diagnostics import Diagnostic, Place, error


def decode(data: bytes, file: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """`data` as UTF-8 in composed form (NFC), line ends made one; `file` names it in findings."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        place = Place(file, data.count(b"\n", 0, fault.start) + 1)
        message = f"not UTF-8: byte {data[fault.start]:#04x} makes no character"
        return None, (error("text-encoding", message, place, "save the file as UTF-8"),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    controls = {char for char in set(text) if is_control(char)}
    faults = tuple(
        error(
            "text-encoding",
            f"control character U+{ord(char):04X}",
            Place(file, text.count("\n", 0, index) + 1),
            "delete it",
        )
        for index, char in enumerate(text if controls else "")
        if char in controls
    )
    return (None, faults) if faults else (unicodedata.normalize("NFC", text), ())


def is_control(char: str) -> bool:
    """True for characters that no text of a book holds, and XML often can't."""
    return char not in "\n\t" and (
        unicodedata.category(char) in ("Cc", "Zl", "Zp") or char in "\ufffe\uffff"
    )
