"""A studio on a fresh data home, and a client of its HTTP app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from studio.api.app import create_api
from studio.bootstrap import Studio, open_studio, read_settings

BASE = "http://127.0.0.1:7860"


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({}, home=home, workers=1))
    yield opened
    opened.close()


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with TestClient(create_api(studio), base_url=BASE, client=("127.0.0.1", 50_000)) as session:
        yield session


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    """A project of two short chapters, read by a test tone."""
    book = tmp_path / "lamp.md"
    book.write_text("# Chapter One\n\nThe lamp went out.\n\n# Chapter Two\n\nNobody lit it again.\n", encoding="utf-8")
    made = studio.projects.import_file(book, language="en-US")
    studio.casting.set_voice(made.id, "narrator", "tone_low")
    return made.id
