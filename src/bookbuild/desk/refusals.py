"""What the desk refuses, and why: one class for each kind of answer that a caller can give.

Nothing was changed where one of these is raised.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.errors import BookbuildError, ExitCode


class Refused(BookbuildError):
    """The desk doesn't do what was asked."""

    exit_code = ExitCode.FAULTS


class NoEntry(Refused):
    """The token is unknown, expired or revoked; or a signature is wrong or too old."""


class NotAllowed(Refused):
    """This role may not do that, to what it may see."""


class NotThere(Refused):
    """There is none; or there is one that the caller may not see, which sounds the same."""


class Conflict(Refused):
    """The state of things forbids it: an illegal move, another's move, a key used before."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a form: where, as a JSON Pointer, and what."""

    pointer: str
    said: str


class NotValid(Refused):
    """What was handed in can't be taken; carries every fault that was found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.pointer or '/'}: {fault.said}" for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[type[NotValid], tuple[tuple[Fault, ...]]]:
        """How it comes back whole from another process."""
        return type(self), (self.faults,)


def not_valid(pointer: str, said: str) -> NotValid:
    """A refusal for one fault."""
    return NotValid((Fault(pointer, said),))
