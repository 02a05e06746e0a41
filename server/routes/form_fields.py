"""Ids out of forms, before they reach a query."""

from server.access import LONGEST_ID


def id_field(value: object) -> str:
    """Give a typed id; what no id can be becomes the empty one, which nothing has."""
    text = str(value)
    return text if len(text) <= LONGEST_ID and text.isprintable() else ""
