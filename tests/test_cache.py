"""What was made before is kept by digest: bounded, never wrong, never in the way."""

import os
import stat
from pathlib import Path

import pytest

from bookbuild.cache import Cache, digest


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_value_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "isi"

    cache = Cache(tmp_path)
    assert [cache.value(digest("a"), make) for _ in range(3)] == ["isi"] * 3
    assert Cache(tmp_path).value(digest("a"), make) == "isi"
    assert len(made) == 1


def test_parts_are_not_run_together_in_a_digest() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")


@pytest.mark.parametrize("spoil", [b"", b"x" * 40, None])
def test_a_damaged_entry_is_thrown_away_and_made_anew(spoil: bytes | None, tmp_path: Path) -> None:
    cache, key = Cache(tmp_path), digest("a")
    cache.save(key, "isi")
    (path,) = entries(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] if spoil is None else spoil)
    assert cache.load(key) is None
    assert cache.value(key, lambda: "baru") == "baru"
    assert cache.load(key) == "baru"


def test_an_entry_that_this_version_cannot_read_is_none(tmp_path: Path) -> None:
    cache, key = Cache(tmp_path), digest("a")
    cache.put(key, b"cbookbuild.gone\nGone\n.")
    assert cache.load(key) is None


def test_a_cache_without_a_folder_keeps_nothing() -> None:
    cache = Cache()
    cache.save(digest("a"), "isi")
    assert cache.load(digest("a")) is None
    cache.trim()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Cache(tmp_path / "file").value(digest("a"), lambda: 1) == 1


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=2500)
    keys = [digest(str(number)) for number in range(3)]
    for number, key in enumerate(keys):
        cache.put(key, bytes(1000))
        os.utime(tmp_path / key[:2] / key[2:], (number, number))
    assert cache.get(keys[0]) is not None  # used now
    cache.trim()
    assert [cache.get(key) is not None for key in keys] == [True, False, False]


def test_entries_are_the_users_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    cache.save(digest("a"), "isi")
    (path,) = entries(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
