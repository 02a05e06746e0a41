"""What a new version of a profile says otherwise than the one before, text by text."""

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
