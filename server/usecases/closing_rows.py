"""What one closing stores, row by row, inside its transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scoring.values import PooledSd, Release, ReleasedComment
from server.settings import VERSION
from server.usecases.closing_pairs import PairResults, store_pairs
from server.usecases.tally import Named, Tally
from surveys.keeper import Keeper
from surveys.models.results import ClosingRecord, NamedResult, ResultCell, ResultComment, ResultGroup
from surveys.queries_cycle_facts import CycleFacts
from surveys.queries_results import load_pair_marks
from surveys.results_hash import results_hash, sds_document
from surveys.sealing import CycleKey


@dataclass(frozen=True, slots=True)
class Results:
    """What the gate let out of one cycle, beside the tally it came from."""

    tally: Tally
    release: Release
    comments: tuple[ReleasedComment, ...]
    sds: tuple[PooledSd, ...]
    pairs: PairResults


async def store_results(
    cycle_id: str,
    results: Results,
    facts: CycleFacts,
    *,
    key: CycleKey,
    keeper: Keeper,
    names: Mapping[str, str],
    closed_on: date,
) -> None:
    """Write groups, cells, comments, named answers and the record; the caller holds the transaction."""
    shown = [_signed_by_name(one, names) for one in results.comments]
    await ResultGroup.bulk_create(_groups(cycle_id, results.release, key))
    await ResultCell.bulk_create(_cells(cycle_id, results.release, key))
    await ResultComment.bulk_create(_comments(cycle_id, shown))
    await NamedResult.bulk_create(
        row for one in results.tally.named for row in _named(cycle_id, one, key, keeper)
    )
    await store_pairs(cycle_id, results.pairs, key)
    counts = results.tally.counts
    await ClosingRecord.create(
        cycle_id=cycle_id,
        n_counted=counts["counted"],
        n_unfinished=counts["unfinished"],
        n_empty=counts["empty"],
        n_orphans=counts["orphans"],
        n_unreadable=counts["unreadable"],
        k=facts.policy.k,
        policy_hash=facts.policy_hash,
        code_version=VERSION,
        results_hash=results_hash(results.release, shown, counts, await load_pair_marks(cycle_id)),
        parameters={
            "sds": sds_document(results.sds),
            "n_withheld_cells": results.release.n_withheld_cells,
            **({"clarity": dict(results.pairs.parameters)} if results.pairs.parameters else {}),
        },
        closed_on=closed_on,
    )


def _row_id(key: CycleKey, ratee: str, *place: str) -> str:
    # Keyed like comments: equal on every run, unguessable, without any order of arrival.
    return key.comment_key(ratee, "/".join(place), "", 0)


def _signed_by_name(one: ReleasedComment, names: Mapping[str, str]) -> ReleasedComment:
    signer = names[one.signed_by] if one.signed_by else None
    return ReleasedComment(one.ratee, one.question, one.text, signer, one.key)


def _groups(cycle_id: str, release: Release, key: CycleKey) -> Iterator[ResultGroup]:
    for one in release.groups:
        yield ResultGroup(
            id=_row_id(key, one.ratee, "group", one.group),
            cycle_id=cycle_id,
            ratee_id=one.ratee,
            group=one.group,
            n_raters=one.n_raters,
            members=",".join(one.members),
        )


def _cells(cycle_id: str, release: Release, key: CycleKey) -> Iterator[ResultCell]:
    for one in release.cells:
        yield ResultCell(
            id=_row_id(key, one.ratee, "cell", one.group, one.item),
            cycle_id=cycle_id,
            ratee_id=one.ratee,
            group=one.group,
            item=one.item,
            n=one.n,
            total=one.total,
            band=one.band or "",
        )


def _comments(cycle_id: str, shown: list[ReleasedComment]) -> Iterator[ResultComment]:
    for one in sorted(shown, key=lambda comment: comment.key):
        yield ResultComment(
            id=one.key,
            cycle_id=cycle_id,
            ratee_id=one.ratee,
            question=one.question,
            text=one.text,
            signed_by=one.signed_by or "",
        )


def _named(cycle_id: str, one: Named, key: CycleKey, keeper: Keeper) -> Iterator[NamedResult]:
    kinds: dict[str, bytes] = {
        one.relationship: keeper.seal_named(cycle_id, one.ratee, one.relationship, one.ratings)
    }
    if one.texts:
        kinds[f"{one.relationship}/texts"] = keeper.seal_texts(
            cycle_id, one.ratee, one.relationship, one.texts
        )
    for kind, ciphertext in kinds.items():
        yield NamedResult(
            id=key.comment_key(one.ratee, f"named/{kind}", one.assignment, 0),
            cycle_id=cycle_id,
            ratee_id=one.ratee,
            relationship=kind,
            ciphertext=ciphertext,
        )
