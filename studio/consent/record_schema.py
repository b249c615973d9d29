"""JSON Schema of the consent record, made from its dataclasses; shipped as `consent/record.schema.json`.

Written anew by ``python -m studio.consent.record_schema > consent/record.schema.json``.
"""

import json
import sys
from typing import Any, Final

from pydantic import TypeAdapter

from studio.consent.record import SCHEMA, ConsentRecord

SCHEMA_ID: Final = f"urn:vivavoce:{SCHEMA}"


def record_schema() -> dict[str, Any]:
    """The schema, JSON Schema 2020-12, of what `ConsentRecord.to_json` writes and `from_json` takes."""
    made = TypeAdapter(ConsentRecord).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(record_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
