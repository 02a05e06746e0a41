"""Instrument files: read, checked as a whole, kept as one JSON document."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from surveys.instrument_schema import BUILT_IN_KINDS, SCHEMA, Instruments
from surveys.profile_checks import Block, blocks
from surveys.schema_problems import Finding, check_schema_name, checked
from surveys.text import quoted
from surveys.yaml_source import Place, read_yaml

TEXT_FIELDS = frozenset(
    [
        "label",
        "skip",
        "not_observed",
        "text",
        "self_text",
        "other_text",
        "name",
        "opener",
        "line",
        "story",
        "reason",
    ]
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")

_INSTRUMENTS = TypeAdapter(Instruments)


def read_instruments(data: bytes, *, source: str) -> Instruments:
    """Read an `instrument/1` YAML file.

    Raises `FileRefused` with every problem at once: unknown scales, texts that lack a language, placeholders
    that differ between languages, ids used twice.
    """
    root = read_yaml(data, source=source)
    check_schema_name(root, SCHEMA, source=source)
    return checked(_INSTRUMENTS, root, source=source, findings=_findings(root.plain()))


def instruments_document(instruments: Instruments) -> dict[str, Any]:
    """Turn instruments into the JSON document that is stored and hashed."""
    document: dict[str, Any] = _INSTRUMENTS.dump_python(instruments, mode="json", exclude_none=True)
    return {"schema": SCHEMA, **document}


def instruments_from_document(document: Mapping[str, Any]) -> Instruments:
    """Read stored instruments back; they were checked before they were stored."""
    return _INSTRUMENTS.validate_python({key: value for key, value in document.items() if key != "schema"})


def _findings(file: object) -> Iterator[Finding]:
    if not isinstance(file, Mapping):
        return
    locales = file.get("locales")
    languages = [str(part) for part in locales] if isinstance(locales, list) else []
    if locales == []:
        yield ("locales",), "is empty; name the languages of the texts"
    for place, texts in _texts(file, ()):
        yield from _languages(texts, place, languages)
    yield from _ids_used_twice(file)
    yield from _scale_references(file)
    yield from _feedback_scale(file)
    for i, scale in blocks(file, "scales"):
        yield from _points(scale, ("scales", i))


def _texts(value: object, place: Place) -> Iterator[tuple[Place, Block]]:
    if isinstance(value, list):
        for i, part in enumerate(value):
            if place == ("rater_brief",) and isinstance(part, Mapping):
                yield (*place, i), part
            else:
                yield from _texts(part, (*place, i))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if isinstance(part, Mapping) and (key in TEXT_FIELDS or place == ("messages",)):
                yield (*place, key), part
            else:
                yield from _texts(part, (*place, key))


def _languages(texts: Block, place: Place, languages: list[str]) -> Iterator[Finding]:
    for language in languages:
        if not texts.get(language):
            yield (*place, language), f"is missing; add the text in {quoted(language)}"
    for language in texts:
        if language not in languages:
            yield (*place, language), "is not in `locales:`; add the language there or remove the text"
    wanted = sorted(PLACEHOLDER.findall(str(texts.get(languages[0], "")))) if languages else []
    for language in languages[1:]:
        found = sorted(PLACEHOLDER.findall(str(texts.get(language) or "")))
        if texts.get(language) and found != wanted:
            message = f"has the placeholders {found or 'none'}, the first language has {wanted or 'none'}; make them equal"
            yield (*place, language), message


def _ids_used_twice(file: Block) -> Iterator[Finding]:
    for group in (("scales",), ("employee_questions", "manager_questions"), ("gaps",)):
        seen: set[object] = set()
        for name in group:
            for i, block in blocks(file, name):
                identifier = str(block.get("id"))
                if identifier in seen:
                    yield (name, i, "id"), f"the id {quoted(identifier)} is used twice; give each its own"
                seen.add(identifier)


def _scale_references(file: Block) -> Iterator[Finding]:
    values = {
        str(scale.get("id")): {str(point.get("value")) for _, point in blocks(scale, "points")}
        for _, scale in blocks(file, "scales")
    }
    for name in ("employee_questions", "manager_questions"):
        for i, question in blocks(file, name):
            scale = str(question.get("scale"))
            if scale not in values and scale not in BUILT_IN_KINDS:
                yield (name, i, "scale"), _unknown_scale(scale)
            options = question.get("options")
            for option in options if isinstance(options, list) else ():
                if str(option) not in values.get(scale, set()):
                    yield (
                        (name, i, "options"),
                        f"{quoted(option)} is no point of the scale {quoted(scale)}; correct it",
                    )
    for name in ("feedback360_question", "role_pulse"):
        block = file.get(name)
        if isinstance(block, Mapping) and str(block.get("scale")) not in values:
            yield (name, "scale"), _unknown_scale(str(block.get("scale")))


def _feedback_scale(file: Block) -> Iterator[Finding]:
    question = file.get("feedback360_question")
    wanted = question.get("scale") if isinstance(question, Mapping) else None
    for _, scale in blocks(file, "scales"):
        if scale.get("id") == wanted and scale.get("type") != "ordinal":
            message = f"{quoted(wanted)} is not ordinal; a 360 is answered on a scale with numbers"
            yield ("feedback360_question", "scale"), message


def _unknown_scale(scale: str) -> str:
    return f"{quoted(scale)} is no scale of this file; correct it or add the scale"


def _points(scale: Block, at: Place) -> Iterator[Finding]:
    values = [str(point.get("value")) for _, point in blocks(scale, "points")]
    if len(values) < 2 or len(set(values)) != len(values):
        yield (*at, "points"), "needs at least two points with different values"
    numbers = [str(number) for number in range(1, len(values) + 1)]
    if scale.get("type") == "ordinal" and values != numbers:
        yield (
            (*at, "points"),
            f"an ordinal scale has the values 1 to {len(values)} in this order; correct them",
        )
