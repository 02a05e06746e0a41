"""A column that holds a document as compressed JSON."""

import json
import zlib
from typing import Any

from tortoise.fields.data import BinaryField
from tortoise.models import Model


class PackedJSONField(BinaryField[Any]):
    """JSON, compressed: forms in all languages are large, and the names of their questions stay out of plain sight.

    Without it a search through the database files would find question keys, and nobody could tell a form's
    from an answer's.
    """

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> bytes | None:
        """Pack a document; JSON values are `Any` by nature."""
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return zlib.compress(text.encode("utf-8"), 6)

    def to_python_value(self, value: Any) -> Any:
        """Unpack a stored document; a value that was never stored is given back as it is."""
        return json.loads(zlib.decompress(value)) if isinstance(value, bytes | memoryview) else value
