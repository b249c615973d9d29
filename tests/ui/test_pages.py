import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.bootstrap import Studio, open_studio, read_settings
from studio.ui.app import build_pages, mount_ui
from studio.ui.components.head import ASSETS
from studio.ui.components.island import island
from studio.ui.components.voices import sentence_of, voices_value
from studio.ui.pages.projects import _projects_value


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({}, home=home, workers=1))
    yield opened
    opened.close()


def html_parts(studio: Studio) -> list[dict[str, Any]]:
    config = build_pages(studio).get_config_file()
    return [part["props"] for part in config["components"] if part["type"] == "html"]


def test_no_template_takes_a_value(studio: Studio):
    parts = html_parts(studio)
    assert len(parts) > 10
    for props in parts:
        assert not re.search(r"\$\{|\{\{|`", props["html_template"]), props["html_template"]
        assert not props.get("value")


def test_no_event_is_public(studio: Studio):
    config = build_pages(studio).get_config_file()
    assert len(config["dependencies"]) > 10
    assert {event["api_visibility"] for event in config["dependencies"]} == {"private"}


def test_the_scripts_never_write_markup_or_reach_out():
    for script in ASSETS.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text), (
            script.name
        )
        assert set(re.findall(r"https?://[^\"'`\s]+", text)) <= {"http://www.w3.org/2000/svg"}, script.name


def test_every_part_a_page_names_is_drawn_by_a_script(studio: Studio):
    drawn = {name for script in ASSETS.glob("*.js") for name in re.findall(r"VV\.parts\.(\w+) =", script.read_text())}
    named = {
        name for props in html_parts(studio) for name in re.findall(r'VV\.join\("(\w+)"', props["js_on_load"] or "")
    }
    assert named == drawn


def test_an_island_offers_the_events_it_names():
    with gr.Blocks(analytics_enabled=False):
        part = island("chapters", events=("choose",))
        assert callable(part.choose)
        with pytest.raises(AttributeError):
            _ = part.remove


def test_uploads_lie_in_the_data_home_and_pages_are_served(studio: Studio):
    app = mount_ui(FastAPI(), studio)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for address in ("/", "/book", "/voices", "/consents", "/review"):
            assert "Viva Voce" in client.get(address).text
        upload = client.post("/gradio_api/upload", files={"files": ("book.txt", b"words")})
    path = Path(upload.json()[0])
    assert path.is_relative_to(studio.settings.temporary / "ui")


def test_the_sentence_to_hear_is_one_of_the_book(studio: Studio, tmp_path: Path):
    book = tmp_path / "book.md"
    line = "Nobody in the whole of the harbour said a word until the morning came."
    book.write_text(f"# One\n\nShort.\n\n{line}\n", encoding="utf-8")
    project = studio.projects.import_file(book, language="en-GB")
    assert sentence_of(studio, project.id) == line
    value = voices_value(studio, language="en-GB", narrator=project.narrator, own=line)
    assert set(value["sentences"].values()) == {line}
    assert project.narrator in {voice["id"] for voice in value["voices"]}


def test_voices_of_a_language_that_is_not_installed_cannot_be_heard(studio: Studio):
    voices = {voice["id"]: voice for voice in voices_value(studio)["voices"]}
    assert voices["bf_emma"]["available"]
    assert "tone_low" not in voices
    for voice in voices.values():
        assert voice["licence"]
        assert voice["available"] or voice["language"].split("-")[0] != "en"


def test_the_studio_itself_refuses_files_and_its_dialog_offers_every_format(studio: Studio):
    config = build_pages(studio).get_config_file()
    box = next(part["props"] for part in config["components"] if part["props"].get("elem_id") == "import")
    assert box.get("file_types") is None, "Gradio would refuse, without the studio's advice"
    assert {".epub", ".docx", ".pdf", ".fountain", ".fdx", ".html", ".csv"} <= set(_projects_value(studio)["suffixes"])
