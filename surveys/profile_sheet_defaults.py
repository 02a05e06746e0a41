"""What follows for a line when its row does not say it."""

from surveys.profile_schema import ItemKind, Rater, RoleProfile, Survey


def default_surveys(expect: str | None, observe: str | None) -> tuple[Survey, ...]:
    """Ask a line where it has a wording."""
    asked: list[Survey] = []
    if expect:
        asked.append("clarity")
    if observe:
        asked.append("feedback360")
    return tuple(asked)


def default_raters(surveys: tuple[str, ...]) -> tuple[Rater, ...]:
    """Let everyone near rate a line of a 360; clarity is between employee and manager."""
    return ("self", "manager", "peer", "direct_report") if "feedback360" in surveys else ("self", "manager")


def default_kind(element: str, profile: RoleProfile) -> ItemKind:
    """Take the kind of a line from the element it comes from."""
    thoughts = {one.id for one in profile.mental_models}
    results = {one.id for one in profile.accomplishments}
    return kind_of(element, thoughts=thoughts, results=results)


def kind_of(element: str, *, thoughts: set[str], results: set[str]) -> ItemKind:
    """Take the kind from the id of the element."""
    if element in thoughts:
        return "mental_model"
    return "accomplishment" if element in results else "behaviour"
