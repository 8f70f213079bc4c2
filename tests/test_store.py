"""The store: what is in it stays, whoever is killed, whoever comes at the same time."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild import output
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.pipeline import Build
from bookbuild.store import editions
from bookbuild.store.approval import approve, for_sale, state, verdicts, withdraw
from bookbuild.store.blobs import FolderBlobs
from bookbuild.store.built import read_build
from bookbuild.store.collect import collect
from bookbuild.store.editions import Store, make_store, open_edition, open_store
from bookbuild.store.publish import Published, publish
from bookbuild.store.record import Edition, EditionName, canonical, edition_name
from bookbuild.store.register import Register
from bookbuild.store.verify import verify
from tests.killed import REFUSED
from tests.support import ROOT, copy_book, make

NUMBERS = st.integers(min_value=1, max_value=999)
NAMES = st.builds(
    EditionName, st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True), NUMBERS, NUMBERS
)


def taken(store: Store, build: Path) -> Published:
    """A build on disk, published."""
    read = read_build(build)
    return publish(store, read, read.manifest.source)


@pytest.fixture(scope="module")
def build(plain: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return output.write(plain, tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the same name with other content."""
    folder = copy_book("plain", tmp_path_factory.mktemp("other"))
    text = folder / "manuscript/one.md"
    text.write_text(text.read_text("utf-8") + "\nAnd one paragraph more.\n", "utf-8")
    return output.write(make(folder), folder)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book with its revision raised."""
    folder = copy_book("plain", tmp_path_factory.mktemp("second"))
    spec = folder / "manuscript/book.toml"
    spec.write_text(spec.read_text("utf-8").replace("revision = 1", "revision = 2"), "utf-8")
    return output.write(make(folder), folder)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path / "store")


def drive(*arguments: str | Path) -> str:
    """Run `tests.killed`; what it prints."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.killed", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def everything(store: Store) -> dict[str, bytes]:
    """Every file of a store's blobs and register."""
    return {
        path.relative_to(store.folder).as_posix(): path.read_bytes()
        for room in ("blobs", "register")
        for path in (store.folder / room).rglob("*")
        if path.is_file()
    }


def damage(store: Store, digest: str, change: Callable[[Path], None]) -> None:
    path = store.folder / "blobs" / digest[:2] / digest[2:]
    path.chmod(0o644)
    change(path)


# What an edition holds


def test_an_edition_gives_back_every_byte_of_its_build(store: Store, build: Path) -> None:
    edition = open_edition(store, str(taken(store, build).edition.name))
    written = {path.name: path.read_bytes() for path in build.iterdir()}
    kept = {record.file: editions.read_file(store, record) for record in edition.files}
    kept["manifest.json"] = store.blobs.get(edition.manifest)
    kept["report.json"] = store.blobs.get(edition.report)
    assert kept == written


def test_a_file_can_be_streamed(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    (ebook,) = editions.artifacts(edition, "ebook")
    with editions.open_file(store, ebook) as stream:
        stream.seek(-4, 2)
        assert stream.read() == (build / "plain.epub").read_bytes()[-4:]


def test_a_printer_gets_its_interior_and_cover(store: Store, build: Path) -> None:
    found = editions.print_set(taken(store, build).edition, "digital-id")
    assert (found.interior.file, found.cover.file) == ("interior.pdf", "cover.pdf")
    assert found.interior.pages == found.cover.block_pages


def test_a_printer_without_a_set_is_told_with_those_that_have_one(
    store: Store, build: Path
) -> None:
    with pytest.raises(NoFile, match="kdp; it has digital-id"):
        editions.print_set(taken(store, build).edition, "kdp")


def test_files_are_stored_by_digest_read_only(store: Store, build: Path) -> None:
    taken(store, build)
    for path in (store.folder / "blobs").rglob("*"):
        if path.is_file():
            assert path.parent.name + path.name == hashlib.sha256(path.read_bytes()).hexdigest()
            assert path.stat().st_mode & 0o777 == 0o444


def test_files_that_two_editions_share_are_kept_once(
    store: Store, build: Path, second: Path
) -> None:
    first, then = taken(store, build).edition, taken(store, second).edition
    shared = set(first.blobs) & set(then.blobs)
    assert shared
    assert len(list(store.blobs.digests())) == len({*first.blobs, *then.blobs}) + 2


def test_editions_are_listed_in_the_order_of_their_numbers(store: Store, build: Path) -> None:
    for number in ("1.10", "1.9", "10.1", "2.1"):
        store.register.claim(f"editions/plain/{number}", b"-")
    taken(store, build)
    numbers = [f"{name.printing}.{name.revision}" for name in editions.names(store)]
    assert numbers == ["1.1", "1.9", "1.10", "2.1", "10.1"]


def test_an_unknown_edition_is_told_with_the_known_ones(store: Store, build: Path) -> None:
    taken(store, build)
    with pytest.raises(NoFile, match=r"no plain@1\.2 .*: it has plain@1\.1"):
        open_edition(store, "plain@1.2")


@pytest.mark.parametrize("text", ["plain", "plain@1", "../plain@1.1", "a/b@1.1", "plain@01.1", ""])
def test_what_is_no_editions_name_is_refused(text: str) -> None:
    with pytest.raises(NoFile, match="is no edition"):
        edition_name(text)


@given(NAMES)
def test_a_name_reads_back_as_it_was_written(name: EditionName) -> None:
    assert edition_name(str(name)) == name


def test_a_record_reads_back_to_the_same_bytes(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    data = store.blobs.get(edition.digest)
    assert canonical(Edition.model_validate_json(data)) == data


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_whatever_is_put_comes_back_and_twice_is_once(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("blobs")
    blobs = FolderBlobs(folder / "blobs", folder)
    digests = [blobs.put(content) for content in contents]
    assert [blobs.get(digest) for digest in digests] == contents
    assert list(blobs.digests()) == sorted(set(digests))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=4)), max_size=12))
def test_a_name_of_the_register_keeps_what_it_was_first_given(
    tmp_path_factory: pytest.TempPathFactory, claims: list[tuple[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("register")
    register, kept = Register(folder / "register", folder), dict[str, bytes]()
    for name, data in claims:
        assert register.claim(f"x/{name}", data) == (name not in kept)
        kept.setdefault(name, data)
    assert {name: register.read(f"x/{name}") for name in kept} == kept


def test_a_folder_of_other_things_becomes_no_store(tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("Halo")
    with pytest.raises(NoFile, match=r"surat\.txt is in it"):
        make_store(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["surat.txt"]


def test_a_folder_that_is_no_store_is_not_read_as_one(tmp_path: Path) -> None:
    with pytest.raises(NoFile, match="is no store"):
        open_store(tmp_path)


# Damage


def test_a_damaged_file_is_found_when_the_edition_is_first_opened(
    store: Store, build: Path
) -> None:
    edition = taken(store, build).edition
    (ebook,) = editions.artifacts(edition, "ebook")
    damage(store, ebook.sha256, lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x"))
    with pytest.raises(BookbuildError, match=r"damaged: plain\.epub"):
        open_edition(open_store(store.folder), "plain@1.1")


def test_verify_names_what_is_lost_and_what_differs(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    assert verify(store).findings == ()
    (ebook,) = editions.artifacts(edition, "ebook")
    (cover,) = editions.artifacts(edition, "cover")
    damage(store, ebook.sha256, lambda path: path.write_bytes(b"x"))
    damage(store, cover.sha256, Path.unlink)
    found = [str(item.message) for item in verify(store).findings]
    assert found[0] == "plain@1.1 lacks or has other bytes of cover.pdf, plain.epub"
    assert found[1] == f"a file is not what its name says: {ebook.sha256}"


def test_publishing_the_same_state_again_mends_damaged_files(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    before = everything(store)
    damage(store, edition.files[0].sha256, lambda path: path.write_bytes(b"x"))
    damage(store, edition.digest, Path.unlink)
    assert verify(store).findings
    assert taken(store, build).edition == edition
    assert verify(store).findings == ()
    assert everything(store) == before


def test_a_damaged_record_is_no_edition(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    damage(store, edition.digest, lambda path: path.write_bytes(path.read_bytes() + b" "))
    with pytest.raises(BookbuildError, match=r"record of plain@1\.1 is damaged"):
        open_edition(store, "plain@1.1")
    with pytest.raises(BookbuildError, match=r"record of plain@1\.1 is damaged"):
        collect(store)


# Approval


def test_a_new_edition_is_a_candidate_and_not_for_sale(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    assert (state(store, edition), for_sale(store, edition)) == ("candidate", False)


def test_a_named_persons_approval_opens_an_edition_for_sale(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    verdict = approve(store, edition, "Siti Rahma", "2026-11-24")
    assert (verdict.by, verdict.date, verdict.record) == (
        "Siti Rahma", "2026-11-24", edition.digest,
    )  # fmt: skip
    assert for_sale(open_store(store.folder), edition)


def test_approving_twice_says_it_once(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    first = approve(store, edition, "Siti Rahma", "2026-11-24")
    assert approve(store, edition, "Siti Rahma", "2026-12-01") == first
    assert verdicts(store, edition) == (first,)


def test_nobody_approves_nothing(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    for nobody in ("", "  ", "\x00"):
        with pytest.raises(NoFile, match="name the person"):
            approve(store, edition, nobody, "2026-11-24")
    assert not for_sale(store, edition)


def test_a_withdrawn_edition_is_kept_and_not_sold_until_it_is_approved_again(
    store: Store, build: Path
) -> None:
    edition = taken(store, build).edition
    approve(store, edition, "Siti Rahma", "2026-11-24")
    withdraw(store, edition, "Joko", "2026-11-25", "sampul salah")
    assert (state(store, edition), for_sale(store, edition)) == ("withdrawn", False)
    assert open_edition(store, "plain@1.1") == edition
    approve(store, edition, "Siti Rahma", "2026-11-26")
    assert for_sale(store, edition)
    assert [item.state for item in verdicts(store, edition)] == [
        "approved", "withdrawn", "approved",
    ]  # fmt: skip


def test_an_approval_holds_for_no_other_revision(store: Store, build: Path, second: Path) -> None:
    approve(store, taken(store, build).edition, "Siti Rahma", "2026-11-24")
    assert not for_sale(store, taken(store, second).edition)


def test_an_approval_of_other_bytes_is_none(store: Store, build: Path, second: Path) -> None:
    first, then = taken(store, build).edition, taken(store, second).edition
    approve(store, first, "Siti Rahma", "2026-11-24")
    given = store.register.read("verdicts/plain/1.1/000001")
    assert given is not None
    store.register.claim("verdicts/plain/1.2/000001", given)
    with pytest.raises(BookbuildError, match=r"no approval of this plain@1\.2"):
        for_sale(store, then)
    assert [item.code for item in verify(store).findings] == ["store-damaged"]


def test_damaged_files_are_not_approved(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    damage(store, edition.files[0].sha256, Path.unlink)
    with pytest.raises(BookbuildError, match="damaged"):
        approve(store, edition, "Siti Rahma", "2026-11-24")
    assert state(store, edition) == "candidate"


# Killed, raced, collected


def test_a_publish_that_is_killed_at_any_step_leaves_nothing_half_there(
    tmp_path: Path, build: Path
) -> None:
    whole = make_store(tmp_path / "whole")
    edition = taken(whole, build).edition
    steps = int(drive("publish", build, tmp_path))
    assert steps > 100
    for step in range(1, steps + 1):
        folder = tmp_path / f"{step:04}"
        if (folder / editions.MARK).exists():
            found = verify(open_store(folder))
            assert found.findings == (), step
            assert [*editions.editions(open_store(folder))] in ([], [edition]), step
        again = taken(make_store(folder), build)
        assert again.edition == edition, step
        collect(open_store(folder))
        assert everything(open_store(folder)) == everything(whole), step
        assert not list((folder / "incoming").iterdir())


def test_a_publish_that_is_killed_at_any_step_loses_nothing_that_was_there(
    tmp_path: Path, build: Path, second: Path
) -> None:
    seed = make_store(tmp_path / "seed")
    first = taken(seed, build).edition
    approve(seed, first, "Siti Rahma", "2026-11-24")
    before = everything(seed)
    steps = int(drive("publish", second, tmp_path))
    for step in range(1, steps + 1):
        store = open_store(tmp_path / f"{step:04}")
        assert verify(store).findings == (), step
        assert open_edition(store, "plain@1.1") == first, step
        assert for_sale(store, first), step
        assert before.items() <= everything(store).items(), step
        collect(store)
        assert before.items() <= everything(store).items(), step
        assert str(taken(store, second).edition.name) == "plain@1.2"


@pytest.mark.parametrize("what", ["approve", "collect"])
def test_approval_and_collection_may_be_killed_at_any_step(
    tmp_path: Path, build: Path, other: Path, what: str
) -> None:
    seed = make_store(tmp_path / "seed")
    edition = taken(seed, build).edition
    seed.blobs.put(b"what a killed publish left")
    (seed.folder / "incoming" / "tmpkilled").write_bytes(b"half")
    steps = int(drive(what, build, tmp_path))
    assert steps >= {"approve": 8, "collect": 2}[what]
    for step in range(1, steps + 1):
        store = open_store(tmp_path / f"{step:04}")
        assert verify(store).findings == (), step
        assert len(verdicts(store, edition)) in (0, 1)
        approve(store, open_edition(store, "plain@1.1"), "Siti Rahma", "2026-11-24")
        assert for_sale(store, edition)
        assert len(verdicts(store, edition)) == 1
        collect(store)
        assert not list((store.folder / "incoming").iterdir())


def test_of_two_contents_published_at_once_one_gets_the_name_whoever_collects(
    tmp_path: Path, build: Path, other: Path
) -> None:
    rounds = drive("race", build, other, tmp_path, "25").splitlines()
    assert [sorted(line.split()) for line in rounds] == [["0", "0", str(REFUSED)]] * 25
    expected = [
        taken(make_store(tmp_path / "a"), build).edition,
        taken(make_store(tmp_path / "b"), other).edition,
    ]
    for number, line in enumerate(rounds):
        store = open_store(tmp_path / f"{number:04}")
        winner = expected[line.split().index("0")]
        assert [*editions.editions(store)] == [winner]
        assert open_edition(store, "plain@1.1") == winner
        assert verify(store).findings == ()


def test_of_one_content_published_many_times_at_once_all_get_the_same_edition(
    tmp_path: Path, build: Path
) -> None:
    rounds = drive("race", build, build, build, build, tmp_path, "10").splitlines()
    assert rounds == ["0 0 0 0 0"] * 10
    for number in range(10):
        store = open_store(tmp_path / f"{number:04}")
        assert len(editions.names(store)) == 1
        open_edition(store, "plain@1.1")
        assert verify(store).findings == ()


def test_collecting_takes_what_no_edition_names_and_nothing_else(store: Store, build: Path) -> None:
    edition = taken(store, build).edition
    before = everything(store)
    store.blobs.put(b"what a killed publish left")
    (store.folder / "incoming" / "tmpkilled").write_bytes(b"half")
    gone = collect(store)
    assert (gone.files, gone.bytes) == (2, 30)
    assert everything(store) == before
    assert open_edition(open_store(store.folder), str(edition.name)) == edition


def test_a_copy_of_a_store_is_a_store(store: Store, build: Path, tmp_path: Path) -> None:
    edition = taken(store, build).edition
    approve(store, edition, "Siti Rahma", "2026-11-24")
    shutil.copytree(store.folder, tmp_path / "copy")
    copied = open_store(tmp_path / "copy")
    assert verify(copied).findings == ()
    assert for_sale(copied, open_edition(copied, "plain@1.1"))
