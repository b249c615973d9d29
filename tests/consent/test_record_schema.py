import json

import pytest

from studio.consent.record import SCHEMA, ConsentRecord
from studio.consent.record_schema import record_schema, schema_text
from studio.core.errors import InputError
from studio.core.resources import shipped
from tests.consent.papers_data import record_of


def test_the_shipped_schema_is_that_of_the_record() -> None:
    shipped_text = shipped("consent", "record.schema.json").read_text(encoding="utf-8")
    assert shipped_text == schema_text(), "run: python -m studio.consent.record_schema > consent/record.schema.json"


def test_the_schema_names_its_version() -> None:
    assert record_schema()["$id"].endswith(SCHEMA)


def test_no_part_of_a_record_takes_unknown_fields() -> None:
    schema = record_schema()
    objects = [schema, *schema["$defs"].values()]
    assert {part["title"] for part in objects} == {
        "ConsentRecord", "Compensation", "DataHandling", "NoticeShown", "Party", "Purposes", "Subject", "Terms",
    }  # fmt: skip
    assert all(part["additionalProperties"] is False for part in objects)


def test_a_record_has_exactly_the_fields_of_the_schema() -> None:
    data, schema = record_of().to_json(), record_schema()
    assert data.keys() == schema["properties"].keys()
    for name in ("subject", "controller", "terms", "purposes", "notice", "data"):
        found = schema["properties"][name]
        part = schema["$defs"][found["$ref"].rpartition("/")[2]]
        assert data[name].keys() == part["properties"].keys(), name


def test_a_record_survives_json() -> None:
    record = record_of()
    assert ConsentRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize("place", ["", "subject", "terms", "controller", "purposes"])
def test_a_field_that_nobody_knows_is_refused(place: str) -> None:
    data = record_of().to_json()
    (data[place] if place else data)["surprise"] = 1  # type: ignore[index]
    with pytest.raises(InputError, match="surprise"):
        ConsentRecord.from_json(data)
