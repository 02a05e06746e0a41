"""What a new version of a profile says otherwise than the one before, text by text."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.overlay_file import translatable_texts
from surveys.profile_schema import RoleProfile


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that is another now."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProfileDiff:
    """Texts that are new, changed or gone, by their keys, in profile order."""

    new: tuple[tuple[str, str], ...]
    changed: tuple[TextChange, ...]
    gone: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Say whether no text differs."""
        return not (self.new or self.changed or self.gone)


def diff_profiles(old: RoleProfile, new: RoleProfile) -> ProfileDiff:
    """Compare the texts of two versions."""
    before, after = translatable_texts(old), translatable_texts(new)
    return ProfileDiff(
        new=tuple((key, text) for key, text in after.items() if key not in before),
        changed=tuple(
            TextChange(key, before[key], text)
            for key, text in after.items()
            if key in before and before[key] != text
        ),
        gone=tuple((key, text) for key, text in before.items() if key not in after),
    )


def kept_translations(
    old: RoleProfile, overlays: Mapping[str, Mapping[str, str]], new: RoleProfile
) -> Mapping[str, Mapping[str, str]]:
    """Take over the translations of texts that stayed as they were, for a file that brings none of its own."""
    if old.profile.locale != new.profile.locale:
        return {}
    before, after = translatable_texts(old), translatable_texts(new)
    same = {key for key, text in after.items() if before.get(key) == text}
    kept = {
        locale: {key: text for key, text in strings.items() if key in same}
        for locale, strings in overlays.items()
    }
    return {locale: strings for locale, strings in kept.items() if strings}


def stale_translations(
    old: RoleProfile,
    old_overlays: Mapping[str, Mapping[str, str]],
    new: RoleProfile,
    new_overlays: Mapping[str, Mapping[str, str]],
) -> tuple[tuple[str, str], ...]:
    """List the translations, by language and key, that stayed although the text they translate changed."""
    changed = {one.key for one in diff_profiles(old, new).changed}
    return tuple(
        (locale, key)
        for locale, strings in sorted(new_overlays.items())
        for key, text in strings.items()
        if key in changed and old_overlays.get(locale, {}).get(key) == text
    )
