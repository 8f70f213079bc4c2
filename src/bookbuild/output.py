"""Put a finished build in its place on the disk, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bookbuild.errors import BookbuildError
from bookbuild.pipeline import Build


def write(build: Build, folder: Path) -> Path:
    """Put the build in ``folder/build/SLUG`` in place of the last one; returns that path.

    The new files are written beside the old ones and take their place by renaming, so that a
    full disk or a killed process leaves the last good build.

    Raises:
        BookbuildError: the disk is full, or the folder can't be written.
    """
    output = folder / "build"
    if output.exists() and not output.is_dir():
        raise BookbuildError(f"{output} is a file; move it away, then build again")
    target = output / build.slug
    try:
        output.mkdir(exist_ok=True)
        with _only_writer(output):
            _restore(output, build.slug)
            fresh = Path(tempfile.mkdtemp(prefix=f".{build.slug}.new-", dir=output))
            try:
                fresh.chmod(0o755)
                for name, data in build.files().items():
                    _write_durably(fresh / name, data)
                _swap(fresh, target)
            finally:  # a full disk needs the room
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as fault:
        raise BookbuildError(
            f"can't write to {output}: {fault.strerror or fault}. The last build is untouched; "
            "make room or mend the permissions, then build again."
        ) from None
    return target


def write_file(path: Path, data: bytes) -> None:
    """Put one file in its place, whole or not at all; its folder is made if need be.

    Raises:
        BookbuildError: the disk is full, or the file can't be written there.
    """
    fresh = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(descriptor)
        fresh = Path(name)
        _write_durably(fresh, data)
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError as fault:
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        raise BookbuildError(f"can't write {path}: {fault.strerror or fault}") from None


@contextmanager
def _only_writer(output: Path) -> Iterator[None]:
    with (output / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _restore(output: Path, slug: str) -> None:
    """Clear up after a run that was killed in the middle of writing."""
    kept = output / f".{slug}.old"
    if kept.exists() and not (output / slug).exists():
        kept.rename(output / slug)
    for leftover in output.glob(f".{slug}.*"):
        shutil.rmtree(leftover)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _swap(fresh: Path, target: Path) -> None:
    kept = target.with_name(f".{target.name}.old")
    if target.exists():
        target.rename(kept)
    fresh.rename(target)
    shutil.rmtree(kept, ignore_errors=True)
