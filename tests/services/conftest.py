from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.services.views import ProjectView

STORY = """---
title: The Quiet Pier
author: Ada Finch
language: en-GB
---

# The Quiet Pier

## One

The tide went out. "Is it late?" asked Mr. Dale. Nobody knew.

---

It was late.

## Two

The tide came in again. The tide went out.
"""


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"VIVAVOCE_HOME": str(home)}, workers=2))
    yield opened
    opened.close()


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def import_story(studio: Studio, story: Path) -> Callable[..., ProjectView]:
    """Import the story and cast a test tone, so that it renders in a moment."""

    def make(name: str = "pier") -> ProjectView:
        project = studio.projects.import_file(story, name=name)
        studio.casting.set_voice(project.id, "narrator", "tone_low")
        return studio.projects.get(project.id)

    return make
