"""The keeper: keys that are durable before they are used, useless once a cycle is closed, and read by nobody else."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from surveys import key_files
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.sealing import (
    KEY_BYTES,
    MOST_SHEET_BYTES,
    SIZES,
    CycleKey,
    SheetTooLarge,
    Unreadable,
    auth_of,
    derive,
    fields,
    pad,
    unpad,
)
from tests.factories import SECRET, SetClock, id_of

ROOT = Path(__file__).parents[2]
CYCLE, OTHER = id_of("autumn"), id_of("spring")
ONE, TWO = id_of("assignment one"), id_of("assignment two")


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "keys", secret=SECRET, random_bytes=SetClock().random_bytes)


def with_secret(keeper: Keeper, secret: str) -> Keeper:
    return Keeper(keeper.folder, secret=secret, random_bytes=keeper.random_bytes)


def test_the_folder_and_its_files_are_for_their_owner_only(keeper: Keeper) -> None:
    keeper.create_cycle(CYCLE)
    assert stat.S_IMODE(keeper.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keeper.folder.iterdir()} == {0o600}
    assert {path.name for path in keeper.folder.iterdir()} == {
        f"{CYCLE}.key",
        f"{CYCLE}.results",
        ".lock",
        "ratchet.1",
    }


def test_the_key_is_not_in_its_file_in_the_clear(keeper: Keeper) -> None:
    key = keeper.create_cycle(CYCLE)
    assert len(key.secret) == KEY_BYTES
    assert key.secret not in (keeper.folder / f"{CYCLE}.key").read_bytes()
    assert key.secret.hex() not in repr(key)
    assert SECRET not in repr(keeper)


def test_a_key_left_by_a_crashed_launch_is_used_again(keeper: Keeper) -> None:
    first = keeper.create_cycle(CYCLE)
    (keeper.folder / f".{OTHER}.key.new").write_bytes(b"half")  # what a crash in the middle of writing leaves
    assert keeper.create_cycle(CYCLE).secret == first.secret
    assert keeper.create_cycle(OTHER).secret != first.secret


def test_a_key_opens_with_its_own_secret_and_name_only(keeper: Keeper) -> None:
    keeper.create_cycle(CYCLE)
    keeper.create_cycle(OTHER)
    with pytest.raises(KeyMissing, match="secret"):
        with_secret(keeper, "another secret").open_cycle(CYCLE)
    key_files.replace(keeper.folder / f"{OTHER}.key", (keeper.folder / f"{CYCLE}.key").read_bytes())
    with pytest.raises(KeyMissing):
        keeper.open_cycle(OTHER)


def test_nothing_is_held_a_key_that_is_gone_opens_nothing(keeper: Keeper) -> None:
    keeper.create_cycle(CYCLE)
    keeper.open_cycle(CYCLE)
    (keeper.folder / f"{CYCLE}.key").unlink()
    with pytest.raises(KeyMissing):
        keeper.open_cycle(CYCLE)


def test_an_id_that_is_none_never_becomes_a_path(keeper: Keeper) -> None:
    for name in ("../secret", "", "a" * 31, CYCLE.upper()):
        with pytest.raises(KeyMissing):
            keeper.open_cycle(name)


def test_a_closed_cycle_is_never_opened_nor_launched_again(keeper: Keeper) -> None:
    key = keeper.create_cycle(CYCLE)
    keeper.bury(CYCLE, "hash of the results")
    keeper.bury(CYCLE, "again")
    with pytest.raises(CycleIsClosed):
        keeper.open_cycle(CYCLE)
    assert keeper.reopen_to_close(CYCLE).secret == key.secret
    keeper.destroy_cycle(CYCLE)
    keeper.destroy_cycle(CYCLE)
    assert not keeper.has_key(CYCLE)
    with pytest.raises(CycleIsClosed):
        keeper.create_cycle(CYCLE)
    with pytest.raises(KeyMissing):
        keeper.reopen_to_close(CYCLE)


def test_every_close_makes_older_copies_of_the_folder_useless(keeper: Keeper) -> None:
    keeper.create_cycle(CYCLE)
    other = keeper.create_cycle(OTHER).secret
    sealed = keeper.seal_named(OTHER, "cleo", "self", {"SS01": 4})
    old_copy = (keeper.folder / f"{CYCLE}.key").read_bytes()
    keeper.bury(CYCLE, "hash")
    keeper.destroy_cycle(CYCLE)
    assert [path.name for path in keeper.folder.glob("ratchet.*")] == ["ratchet.2"]
    assert keeper.open_cycle(OTHER).secret == other
    assert keeper.open_named(OTHER, "cleo", "self", sealed) == {"SS01": 4}
    key_files.replace(keeper.folder / f"{CYCLE}.key", old_copy)
    with pytest.raises(KeyMissing):
        keeper.reopen_to_close(CYCLE)


@pytest.mark.parametrize("n_steps", range(12))
def test_a_ratchet_stopped_anywhere_loses_no_key(
    keeper: Keeper, n_steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {cycle: keeper.create_cycle(cycle).secret for cycle in (CYCLE, OTHER)}
    left = n_steps

    class Stopped(Exception):
        pass

    def counted(name: str) -> None:
        original = getattr(key_files, name)

        def step(*args: object) -> None:
            nonlocal left
            if left == 0:
                raise Stopped
            left -= 1
            original(*args)

        monkeypatch.setattr(key_files, name, step)

    for name in ("write_new", "replace", "destroy"):
        counted(name)
    try:
        keeper.advance_ratchet()
    except Stopped:
        assert {cycle: keeper.open_cycle(cycle).secret for cycle in secrets} == secrets
    monkeypatch.undo()
    keeper.advance_ratchet()
    assert {cycle: keeper.open_cycle(cycle).secret for cycle in secrets} == secrets
    assert len(list(keeper.folder.glob("ratchet.*"))) == 1


def test_workers_that_close_and_launch_at_once_lose_no_key_and_do_not_collide(keeper: Keeper) -> None:
    secret = keeper.create_cycle(CYCLE).secret
    closed = [id_of(f"closed {number}") for number in range(12)]
    for cycle in closed:
        keeper.create_cycle(cycle)

    def work(number: int) -> dict[str, bytes]:
        keeper.destroy_cycle(closed[number])
        keeper.pin_audit(number, "mac")
        launched = id_of(f"launched {number}")
        assert keeper.open_cycle(CYCLE).secret == secret
        return {launched: keeper.create_cycle(launched).secret}

    with ThreadPoolExecutor(6) as workers:
        made = list(workers.map(work, range(12)))
    for one in made:
        for cycle, its_secret in one.items():
            assert keeper.open_cycle(cycle).secret == its_secret
    assert keeper.open_cycle(CYCLE).secret == secret
    assert not any(keeper.has_key(cycle) for cycle in closed)
    assert len(list(keeper.folder.glob("ratchet.*"))) == 1


def test_a_file_is_never_written_over_and_is_overwritten_before_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "one"
    key_files.write_new(path, b"first")
    with pytest.raises(FileExistsError):
        key_files.write_new(path, b"second")
    assert path.read_bytes() == b"first"
    kept = tmp_path / "kept"
    kept.hardlink_to(path)  # shows what is on the disk after the name is gone
    key_files.destroy(path, b"noise")
    assert not path.exists()
    assert kept.read_bytes() == b"noise"
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


def test_tokens_differ_by_assignment_generation_and_purpose(keeper: Keeper) -> None:
    key, other = keeper.create_cycle(CYCLE), keeper.create_cycle(OTHER)
    made = [
        derive
        for one in (key, other)
        for assignment in (ONE, TWO)
        for generation in (1, 2)
        for derive in (
            one.write_token(assignment, generation),
            one.read_token(assignment, generation),
            one.sheet_id(assignment, generation),
            auth_of(one.write_token(assignment, generation)),
        )
    ]
    assert len(set(made)) == len(made) == 32
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in made)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_no_two_lists_of_fields_give_the_same_bytes(one: list[str], other: list[str]) -> None:
    assert (fields(*one) == fields(*other)) is (one == other)


@given(st.binary(max_size=64), st.binary(max_size=64), st.binary(max_size=16))
def test_keys_are_derived_by_the_published_rule(secret: bytes, salt: bytes, purpose: bytes) -> None:
    oracle = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose)
    assert derive(secret, salt, purpose) == oracle.derive(secret)


def test_a_sealed_sheet_opens_in_its_own_place_only(keeper: Keeper) -> None:
    key, other = keeper.create_cycle(CYCLE), keeper.create_cycle(OTHER)
    sealed = key.sheet(ONE, 1).seal(b"answers")
    assert key.sheet(ONE, 1).open(sealed) == b"answers"
    moved = CycleKey(OTHER, key.secret, key.random_bytes)
    for reader, assignment, generation in ((key, TWO, 1), (key, ONE, 2), (other, ONE, 1), (moved, ONE, 1)):
        with pytest.raises(Unreadable):
            reader.sheet(assignment, generation).open(sealed)
    for damaged in (sealed[:-1], b"", sealed[:20], bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1] + b"\0"):
        with pytest.raises(Unreadable):
            key.sheet(ONE, 1).open(damaged)


def test_sealing_twice_gives_other_bytes_of_the_same_size(keeper: Keeper) -> None:
    key = keeper.create_cycle(CYCLE)
    sealed = [key.sheet(ONE, 1).seal(text) for text in (b"", b"", b"x" * 5000)]
    assert len(set(sealed)) == 3
    assert {len(one) for one in sealed} == {SIZES[0]}


@given(st.integers(0, MOST_SHEET_BYTES))
def test_a_sheet_has_one_of_three_sizes(n: int) -> None:
    text = b"\0" * n
    padded = pad(text)
    assert len(padded) + 28 in SIZES
    assert unpad(padded) == text


def test_a_sheet_over_the_largest_size_is_refused() -> None:
    with pytest.raises(SheetTooLarge):
        pad(b"x" * (MOST_SHEET_BYTES + 1))


def test_named_answers_open_for_their_ratee_and_relationship_until_the_key_goes(keeper: Keeper) -> None:
    keeper.create_cycle(CYCLE)
    sealed = keeper.seal_named(CYCLE, "cleo", "self", {"SS01": 4, "SS02": None})
    keeper.bury(CYCLE, "hash")
    keeper.destroy_cycle(CYCLE)
    assert keeper.open_named(CYCLE, "cleo", "self", sealed) == {"SS01": 4, "SS02": None}
    for ratee, relationship in (("dan", "self"), ("cleo", "manager")):
        with pytest.raises(Unreadable):
            keeper.open_named(CYCLE, ratee, relationship, sealed)
    keeper.destroy_results(CYCLE)
    with pytest.raises(KeyMissing):
        keeper.open_named(CYCLE, "cleo", "self", sealed)


def test_comments_are_ordered_by_a_key_that_repeats_and_cannot_be_guessed(keeper: Keeper) -> None:
    key, other = keeper.create_cycle(CYCLE), keeper.create_cycle(OTHER)
    assert key.comment_key("cleo", "OQ1", "text", 0) == key.comment_key("cleo", "OQ1", "text", 0)
    made = {
        one.comment_key(ratee, question, text, n)
        for one in (key, other)
        for ratee in ("cleo", "dan")
        for question in ("OQ1", "OQ2")
        for text in ("a", "b")
        for n in (0, 1)
    }
    assert len(made) == 32


def test_nobody_else_reads_the_folder_of_keys() -> None:
    allowed = {"surveys/keeper.py", "surveys/key_files.py"}
    users = re.compile(r"key_files|\.keys_dir\s*/|/\s*[\"']keys[\"']\s*/|\.key[\"']")
    found = {
        str(path.relative_to(ROOT))
        for room in ("server", "surveys", "scoring", "exports", "pwa")
        for path in (ROOT / room).rglob("*.py")
        if users.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
