"""The command line: what it writes, what it says, and what it leaves untouched."""

import hashlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild import output, pipeline
from bookbuild.errors import BookbuildError
from tests.support import BOOKS, copy_book, make, small_book

TEXT = "# Satu\n\nTeks yang pendek.\n"


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bookbuild", *arguments],
        check=False, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_a_build_writes_files_that_the_manifest_describes(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    result = run("build", folder)
    assert result.returncode == 0, result.stderr
    output = folder / "build" / "kecil"
    assert sorted(digests(output)) == [
        "contents.html", "contents.json", "cover.pdf", "interior.pdf", "kecil-sample.epub",
        "kecil.epub", "manifest.json", "opening.html", "opening.txt", "report.json", "sample.pdf",
        "shop-cover.jpg", "thumb-1.png", "thumb-cover.jpg", "thumb-iii.png", "thumb-v.png",
    ]  # fmt: skip
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["schema"] == "bookbuild-manifest-1"
    for artifact in manifest["artifacts"]:
        data = (output / artifact["file"]).read_bytes()
        assert artifact["bytes"] == len(data)
        assert artifact["sha256"] == hashlib.sha256(data).hexdigest()
    roles = [artifact["role"] for artifact in manifest["artifacts"]]
    assert tuple(dict.fromkeys(roles)) == pipeline.USUAL
    assert roles[:3] == ["interior", "cover", "ebook"]
    assert manifest["complete"] is True
    assert manifest["extent"]["pages"] == manifest["artifacts"][0]["pages"]
    assert manifest["spine_mm"] == round(manifest["extent"]["pages"] / 2 * 0.09 + 0.6, 2)
    assert manifest["specification"]["title"] == "Buku Kecil"
    assert manifest["versions"]["weasyprint"] == "70.0"


def test_an_outline_is_in_the_manifest_with_the_reason(shipped: pipeline.Build) -> None:
    manifest = json.loads(shipped.manifest)
    assert manifest["complete"] is False
    assert len(manifest["incomplete"]) == 6


def test_the_same_sources_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    folders = [copy_book("serba", tmp_path / name) for name in ("satu", "dua")]
    zones = [("UTC", "C", "0"), ("Asia/Jakarta", "C.UTF-8", "12345")]
    for folder, (zone, locale, seed) in zip(folders, zones, strict=True):
        mask = os.umask(0o077 if zone == "UTC" else 0o002)
        try:
            result = run("build", folder, TZ=zone, LC_ALL=locale, PYTHONHASHSEED=seed)
        finally:
            os.umask(mask)
        assert result.returncode == 0, result.stderr
    first, second = (digests(folder / "build" / "serba") for folder in folders)
    assert first == second


def test_errors_leave_the_last_build_untouched(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    assert run("build", folder).returncode == 0
    before = digests(folder / "build" / "kecil")
    (folder / "manuscript" / "01.md").write_text(f"{TEXT}\n![x](hilang.png)\n\n[](#nol)\n")
    result = run("build", folder)
    assert result.returncode == 1
    assert "manuscript/01.md:5" in result.stderr
    assert "manuscript/01.md:7" in result.stderr
    assert "Traceback" not in result.stderr
    assert digests(folder / "build" / "kecil") == before


def test_a_full_disk_leaves_the_last_build_untouched(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    build = make(folder)
    output.write(build, folder)
    before = digests(folder / "build" / "kecil")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(BookbuildError, match="last build is untouched"):
            output.write(build, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert digests(folder / "build" / "kecil") == before
    assert {path.name for path in (folder / "build").iterdir()} == {".lock", "kecil"}
    output.write(build, folder)
    assert {path.name for path in (folder / "build").iterdir()} == {".lock", "kecil"}


def test_a_run_killed_between_two_renames_loses_nothing(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    build = make(folder)
    target = output.write(build, folder)
    before = digests(target)
    target.rename(folder / "build" / ".kecil.old")
    (folder / "build" / ".kecil.new-x").mkdir()
    assert digests(output.write(build, folder)) == before
    assert {path.name for path in (folder / "build").iterdir()} == {".lock", "kecil"}


def test_check_says_the_same_but_writes_nothing(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    result = run("check", folder)
    assert result.returncode == 0
    assert "isbn.print is not given" in result.stderr
    assert "EPUBCheck 5.3.0: nothing found" in result.stdout
    assert "each begins in print where the EPUB says" in result.stdout
    assert not (folder / "build").exists()


def test_json_goes_to_standard_output_alone(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    good = json.loads(run("check", folder, "--json").stdout)
    assert good["ok"] is True
    assert (good["epubcheck"], good["page_list"]) == ("5.3.0", {"pages": 1, "differ": 0})
    assert {finding["severity"] for finding in good["findings"]} == {"warning", "note"}
    (folder / "manuscript" / "01.md").write_text("Tanpa judul")
    bad = json.loads(run("check", folder, "--json").stdout)
    assert bad["ok"] is False
    assert bad["findings"][0]["code"] == "manuscript-title"
    assert bad["findings"][0]["file"] == "manuscript/01.md"


def test_quiet_says_nothing_when_all_is_well(tmp_path: Path) -> None:
    result = run("build", small_book(tmp_path / "b", TEXT), "--quiet")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_folder_without_a_book_is_a_wrong_call(tmp_path: Path) -> None:
    result = run("build", tmp_path)
    assert result.returncode == 2
    assert "manuscript/book.toml" in result.stderr


def test_an_unknown_option_is_a_wrong_call() -> None:
    assert run("build", "--nope").returncode == 2


def test_a_folder_that_cannot_be_written_is_an_environment_fault(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", TEXT)
    (folder / "build").write_text("in the way")
    result = run("build", folder)
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


def test_help_names_both_commands() -> None:
    text = run("--help").stdout
    assert "build" in text
    assert "check" in text
    assert "Exit codes" in text


def test_nothing_is_written_beside_the_fixture_books() -> None:
    assert not list(BOOKS.glob("*/build"))
