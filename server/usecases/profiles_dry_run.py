"""HR looks over a content file before it is stored: what it would become, what changed, hints on its lines."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from server.clock import Clock
from server.errors import Problem
from server.usecases.profiles import Stored, content_hash, proposal_of, store_content
from server.usecases.profiles_read import Content, Translation, read_content
from server.usecases.uploads import Upload, drop_upload, keep_upload, read_upload
from surveys.errors import FileRefused
from surveys.errors import Problem as Fault
from surveys.instrument_file import instruments_document
from surveys.instrument_schema import Instruments
from surveys.keeper import Keeper
from surveys.lint import Hint, lint_profile
from surveys.overlay_file import translatable_texts
from surveys.profile_diff import ProfileDiff, diff_profiles, stale_translations
from surveys.profile_file import canonical_document, grade
from surveys.profile_proposals import Proposal
from surveys.profile_schema import RoleProfile
from surveys.profile_sheet_values import SheetProfile
from surveys.queries_profile_versions import StoredVersion, list_versions

CHANGED_MEANWHILE = Problem(
    409,
    "changed_meanwhile",
    "The profiles changed in the meantime",
    "Look at the file once more; nothing was stored.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDryRun:
    """A file that could be stored; the parts of a profile are None for the other kinds."""

    kind: Literal["profile", "overlay", "instrument"]
    filename: str
    name: str
    locales: tuple[str, ...]
    token: str
    approval: str
    profile: RoleProfile | None = None
    grade: str = ""
    proposal: Proposal | None = None
    diff: ProfileDiff | None = None
    hints: tuple[Hint, ...] = ()
    warnings: tuple[Fault, ...] = ()
    stale: tuple[tuple[str, str], ...] = ()  # translations, by language and key, of a text that changed
    n_missing: int = 0  # texts a translation leaves in the language of the profile


async def look_over_content(upload: Upload, *, actor: str, folder: Path, clock: Clock) -> ContentDryRun:
    """Read a file and say what it would become; nothing is stored but the file itself, for an hour.

    Raises FileRefused with every problem, ReadingFailed when the file cannot be read at all.
    """
    content = await read_content(upload, clock=clock)
    token = keep_upload(upload, folder=folder, owner=actor, clock=clock)
    return await _dry_run(content, upload.filename, token)


async def import_looked_over(
    token: str, approval: str, version: str, *, actor: str, folder: Path, keeper: Keeper, clock: Clock
) -> Stored:
    """Store a file that was looked over, exactly as it was seen; `version` is the number HR chose, if there is a choice.

    Raises Problem when the file is gone or something changed since.
    """
    upload = read_upload(token, folder=folder, owner=actor)
    try:
        content = await read_content(upload, clock=clock)
        dry = await _dry_run(content, upload.filename, token)
        if dry.approval != approval:
            raise CHANGED_MEANWHILE
        chosen = _chosen(dry.proposal, version)
        stored = await store_content(content, chosen, upload, actor=actor, keeper=keeper, clock=clock)
    except FileRefused as refused:
        raise CHANGED_MEANWHILE from refused
    drop_upload(token, folder=folder, owner=actor)
    return stored


def _chosen(proposal: Proposal | None, version: str) -> str | None:
    if proposal is None:
        return None
    if not proposal.choices:
        return proposal.version
    if version not in {number for _, number in proposal.choices}:
        raise CHANGED_MEANWHILE
    return version


async def _dry_run(content: Content, filename: str, token: str) -> ContentDryRun:
    if isinstance(content, Instruments):
        return ContentDryRun(
            kind="instrument",
            filename=filename,
            name=f"{content.id} {content.version}",
            locales=content.locales,
            token=token,
            approval=content_hash(instruments_document(content)),
        )
    if isinstance(content, Translation):
        header = content.version.profile.profile
        n_texts = len(translatable_texts(content.version.profile))
        return ContentDryRun(
            kind="overlay",
            filename=filename,
            name=f"{header.title} {header.version}",
            locales=(content.overlay.locale,),
            token=token,
            approval=_approval(content.version.id, sorted(content.overlay.strings.items())),
            n_missing=n_texts - len(content.overlay.strings),
        )
    versions = await list_versions(content.profile.profile.id)
    proposal = await proposal_of(content)
    document = canonical_document(content.profile)
    overlays = sorted((locale, sorted(texts.items())) for locale, texts in content.overlays.items())
    return ContentDryRun(
        kind="profile",
        filename=filename,
        name=content.profile.profile.title,
        locales=(content.profile.profile.locale, *sorted(content.overlays)),
        token=token,
        approval=_approval(content_hash(document), overlays, proposal),
        profile=content.profile,
        grade=grade(content.profile),
        proposal=proposal,
        diff=diff_profiles(versions[-1].profile, content.profile) if versions else None,
        hints=lint_profile(content.profile, content.overlays),
        warnings=content.warnings,
        stale=_stale(versions, content),
    )


def _stale(versions: Sequence[StoredVersion], content: SheetProfile) -> tuple[tuple[str, str], ...]:
    if not versions:
        return ()
    newest = versions[-1]
    return stale_translations(newest.profile, newest.overlays, content.profile, content.overlays)


def _approval(*parts: object) -> str:
    """Name exactly what was seen, so that nothing else is stored."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()
