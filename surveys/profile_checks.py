"""What must hold between the parts of a role profile file, looked at part by part.

The checks read the plain values of the file and skip what has the wrong shape, so that they can be reported
together with the violations of the schema: every problem at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from surveys.text import quoted
from surveys.yaml_source import Place

Finding = tuple[Place, str]
Block = Mapping[str, object]

MOST_ITEMS = 200
MOST_ELEMENTS = 500
ANCHOR_POINTS = frozenset({"1", "3", "5"})


def findings(file: object) -> Iterator[Finding]:
    """List what is wrong between the parts of a profile: ids, references, sizes, order of figures, wordings."""
    if not isinstance(file, Mapping):
        return
    yield from _ids_used_twice(file)
    yield from _sizes(file)
    yield from _dates(file)
    for i, accomplishment in blocks(file, "accomplishments"):
        for j, criterion in blocks(accomplishment, "criteria"):
            yield from _criterion(criterion, ("accomplishments", i, "criteria", j))
    elements = {identifier for identifier, _ in element_ids(file)}
    thoughts = {str(model.get("id")) for _, model in blocks(file, "mental_models")}
    for i, item in blocks(file, "items"):
        yield from _item(item, ("items", i), elements, thoughts)


def blocks(block: Block, name: str) -> Iterator[tuple[int, Block]]:
    """List the blocks of a list field with their index; what is no block is the schema's business."""
    parts = block.get(name)
    if isinstance(parts, Sequence) and not isinstance(parts, str):
        for index, part in enumerate(parts):
            if isinstance(part, Mapping):
                yield index, part


def element_ids(file: Block) -> Iterator[tuple[str, Place]]:
    """List the id and place of everything an item may trace to; `A1.S2` is the second strategy of A1."""
    for i, model in blocks(file, "mental_models"):
        yield from _own_id(model, ("mental_models", i))
    for i, accomplishment in blocks(file, "accomplishments"):
        at: Place = ("accomplishments", i)
        yield from _own_id(accomplishment, at)
        for part in ("criteria", "tasks", "barriers"):
            for j, element in blocks(accomplishment, part):
                yield from _own_id(element, (*at, part, j))
        strategies = accomplishment.get("strategies")
        for j in range(len(strategies) if isinstance(strategies, list) else 0):
            yield f"{accomplishment.get('id')}.S{j + 1}", (*at, "strategies", j)


def _own_id(block: Block, at: Place) -> Iterator[tuple[str, Place]]:
    identifier = block.get("id")
    if isinstance(identifier, str):
        yield identifier, (*at, "id")


def _ids_used_twice(file: Block) -> Iterator[Finding]:
    everything = list(element_ids(file))
    for name in ("items", "open_questions"):
        for i, block in blocks(file, name):
            everything += _own_id(block, (name, i))
    seen: set[str] = set()
    for identifier, place in everything:
        if identifier in seen:
            yield place, f"the id {quoted(identifier)} is used twice; give each element and item its own"
        seen.add(identifier)
    provenance = file.get("provenance")
    steps: set[object] = set()
    for i, step in blocks(provenance, "validation") if isinstance(provenance, Mapping) else ():
        name_of_step = str(step.get("step"))
        if name_of_step in steps:
            yield (
                ("provenance", "validation", i, "step"),
                f"the step {quoted(name_of_step)} is here twice; keep one",
            )
        steps.add(name_of_step)


def _sizes(file: Block) -> Iterator[Finding]:
    items = file.get("items")
    if file.get("accomplishments") == []:
        yield ("accomplishments",), "is empty; a role has at least one accomplishment"
    if items == []:
        yield ("items",), "is empty; without items nothing can be asked"
    if isinstance(items, list) and len(items) > MOST_ITEMS:
        yield (
            ("items", MOST_ITEMS),
            f"there are {len(items)} items; {MOST_ITEMS} is the limit, 16 is a good profile",
        )
    n_elements = sum(1 for _ in element_ids(file))
    if n_elements > MOST_ELEMENTS:
        yield ("accomplishments",), f"there are {n_elements} elements; {MOST_ELEMENTS} is the limit"


def _dates(file: Block) -> Iterator[Finding]:
    header = file.get("profile")
    if not isinstance(header, Mapping):
        return
    start, end = header.get("effective_from"), header.get("review_due")
    if isinstance(start, str) and isinstance(end, str) and end < start:
        yield ("profile", "review_due"), f"is before effective_from ({quoted(start)}); correct one of them"


def _criterion(criterion: Block, at: Place) -> Iterator[Finding]:
    figures = [_figure(criterion.get(name)) for name in ("typical", "meets", "great")]
    given = [figure for figure in figures if figure is not None]
    better = criterion.get("better")
    if better in ("higher", "lower") and given != sorted(given, reverse=better == "lower"):
        way = "fall" if better == "lower" else "rise"
        yield (*at, "meets"), f"with `better: {better}` typical, meets and great must {way}; correct one"


def _figure(value: object) -> Decimal | None:
    try:
        figure = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
    return figure if figure is not None and figure.is_finite() else None


def _item(item: Block, at: Place, elements: set[str], thoughts: set[str]) -> Iterator[Finding]:
    element = item.get("from")
    if isinstance(element, str) and element not in elements:
        yield (*at, "from"), f"{quoted(element)} is no element of this profile; correct it or add the element"
    elif isinstance(element, str) and (element in thoughts) != (item.get("kind") == "mental_model"):
        message = (
            f"does not fit {quoted(element)}; items from mental models, and only they, are `mental_model`"
        )
        yield (*at, "kind"), message
    for name in ("surveys", "raters"):
        values = item.get(name)
        if values == []:
            yield (*at, name), "is empty; name at least one"
        if isinstance(values, list) and len({str(value) for value in values}) != len(values):
            yield (*at, name), "names something twice; keep one"
    yield from _wordings(item, at)


def _wordings(item: Block, at: Place) -> Iterator[Finding]:
    surveys = item.get("surveys")
    surveys = surveys if isinstance(surveys, list) else []
    if "clarity" in surveys and not item.get("expect"):
        yield (*at, "expect"), "is missing; a clarity item needs its wording in `expect:`"
    if "feedback360" in surveys and not item.get("observe"):
        yield (*at, "observe"), "is missing; a 360 item needs its wording in `observe:`"
    anchors = item.get("anchors")
    if isinstance(anchors, Mapping) and not anchors.keys() >= ANCHOR_POINTS:
        yield (*at, "anchors"), "must describe the points 1, 3 and 5, all three; add what is missing"
