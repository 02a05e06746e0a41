"""The hash of everything a closing stored: computed before the write, and again from what was read back."""

import hashlib
from collections.abc import Iterable, Mapping

from scoring.values import PooledSd, Release, ReleasedCell, ReleasedComment, ReleasedGroup
from surveys.canonical import canonical


def results_hash(
    release: Release,
    comments: Iterable[ReleasedComment],
    counts: Mapping[str, int],
    pairs: Iterable[tuple[str, str, str]] = (),
) -> str:
    """Hash released groups, cells and comments with the five sheet counts; the order they come in does not matter.

    `pairs` are the views of clarity pairs: employee, sides, and the hash of what is sealed.
    """
    document: dict[str, object] = {
        "groups": sorted(_group(one) for one in release.groups),
        "cells": sorted(_cell(one) for one in release.cells),
        "comments": sorted(
            [one.ratee, one.question, one.key, one.text, one.signed_by or ""] for one in comments
        ),
        "counts": dict(counts),
    }
    views = sorted(list(one) for one in pairs)
    if views:  # a 360 has none, and hashes as before there were any
        document["pairs"] = views
    return hashlib.sha256(canonical(document)).hexdigest()


def sds_document(sds: Iterable[PooledSd]) -> list[list[object]]:
    """Write pooled widths as JSON without floats: group, item, hundredths of a scale point, degrees of freedom."""
    return [[one.group, one.item, round(one.sd * 100), one.df] for one in sds]


def _group(one: ReleasedGroup) -> list[str]:
    return [one.ratee, one.group, str(one.n_raters), ",".join(one.members)]


def _cell(one: ReleasedCell) -> list[str]:
    return [one.ratee, one.group, one.item, str(one.n), str(one.total), one.band or ""]
