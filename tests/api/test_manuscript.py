"""The manuscript over HTTP: what an edit is answered with, and what is refused."""

from fastapi.testclient import TestClient

from studio.bootstrap import Studio


def test_the_whole_script_comes_with_chapters_and_rules(client: TestClient, project: str) -> None:
    found = client.get(f"/media/{project}/manuscript").json()

    assert [chapter["title"] for chapter in found["chapters"]] == ["Chapter One", "Chapter Two"]
    assert [line["text"] for line in found["lines"]] == [
        "Chapter One", "The lamp went out.", "Chapter Two", "Nobody lit it again.",
    ]  # fmt: skip
    assert found["history"] == {"undo": "", "redo": ""}
    assert "numbers" in found["rules"]["all"]


def test_an_edit_is_answered_by_its_chapter_alone(client: TestClient, project: str) -> None:
    lines = client.get(f"/media/{project}/manuscript").json()["lines"]
    at = f"/media/{project}/manuscript/lines/{lines[3]['id']}"

    changed = client.put(at, json={"text": "Nobody [sad] lit it again.", "role": "Ada"}).json()

    assert changed["changed"] == [2]
    assert [line["chapter"] for line in changed["lines"]] == [2, 2]
    assert changed["lines"][1]["role"] == "Ada"
    assert [piece["kind"] for piece in changed["lines"][1]["pieces"]] == ["words", "delivery", "words"]
    cut = client.post(f"{at}/split", json={"at": 6}).json()
    assert [line["text"] for line in cut["lines"]][1:] == ["Nobody", "lit it again."]
    assert cut["made"] == cut["lines"][2]["id"]
    client.post(f"{at}/merge")
    for _ in range(3):
        undone = client.post(f"/media/{project}/manuscript/undo").json()
    assert undone["lines"][1]["text"] == "Nobody lit it again."
    assert undone["history"] == {"undo": "", "redo": "Change a line"}
    again = client.post(f"/media/{project}/manuscript/redo").json()
    assert again["lines"][1]["role"] == "Ada"


def test_words_are_found_and_replaced(client: TestClient, project: str) -> None:
    at = f"/media/{project}/manuscript"

    assert [each["count"] for each in client.get(f"{at}/search", params={"words": "it"}).json()] == [2]
    assert client.get(f"{at}/search", params={"words": "it", "whole_words": True}).json()[0]["count"] == 1
    answer = client.post(f"{at}/replace", json={"words": "lamp", "by": "fire"}).json()

    assert (answer["replaced"], answer["changed"]) == (1, [1])
    assert answer["lines"][1]["text"] == "The fire went out."


def test_the_spoken_form_names_its_rules_and_a_class_is_left_out(client: TestClient, project: str) -> None:
    line = client.get(f"/media/{project}/manuscript").json()["lines"][1]
    at = f"/media/{project}/manuscript"

    said = client.post(f"{at}/lines/{line['id']}/spoken", json={"text": "It cost £5."}).json()
    assert (said["spoken"], said["rewrites"][0]["written"]) == ("It cost five pounds.", "£5")
    assert client.put(f"{at}/rules", json={"off": ["money"]}).json() == ["money"]
    assert client.get(at).json()["rules"]["off"] == ["money"]
    refused = client.put(f"{at}/rules", json={"off": ["moods"]})
    assert refused.status_code == 422
    assert "classes are" in refused.json()["detail"]


def test_a_role_is_confirmed_or_given_to_another_at_once(client: TestClient, studio: Studio, project: str) -> None:
    at = f"/media/{project}/manuscript"
    lines = client.get(at).json()["lines"]
    for line, role in ((lines[1], "Myself"), (lines[3], "Myself")):
        client.put(f"{at}/lines/{line['id']}", json={"role": role})

    assert client.post(f"{at}/speakers/confirmed", json={"role": "Myself"}).json()["confirmed"] == 0
    given = client.post(f"{at}/speakers/confirmed", json={"role": "Myself", "to": "Ada", "all_lines": True}).json()

    assert (given["confirmed"], given["changed"]) == (2, [1, 2])
    assert {role.role for role in studio.casting.roles(project)} == {"narrator", "Ada"}
    client.post(f"{at}/undo")
    assert {role.role for role in studio.casting.roles(project)} == {"narrator", "Myself"}
    assert (
        client.post(f"{at}/speakers/confirmed", json={"role": "Ada", "to": " ", "all_lines": True}).status_code == 200
    )


def test_words_that_are_said_otherwise_come_with_how(client: TestClient, project: str) -> None:
    line = client.get(f"/media/{project}/manuscript").json()["lines"][1]
    at = f"/media/{project}/manuscript/lines/{line['id']}"
    text = "She [read]{ipa: ɹɛd} [Hermione]{say: HER-my-oh-nee}'s [lettre]{lang: fr}."

    changed = client.put(at, json={"text": text}).json()["lines"][1]

    assert changed["pieces"] == [
        {"kind": "words", "text": "She"},
        {"kind": "words", "text": "read", "said": {"kind": "ipa", "value": "ɹɛd"}},
        {"kind": "words", "text": "Hermione", "said": {"kind": "say", "value": "HER-my-oh-nee"}},
        {"kind": "words", "text": "'s", "glued": True},
        {"kind": "words", "text": "lettre", "said": {"kind": "lang", "value": "fr"}},
        {"kind": "words", "text": ".", "glued": True},
    ]


def test_what_cannot_be_done_is_said_and_changes_nothing(client: TestClient, studio: Studio, project: str) -> None:
    before = client.get(f"/media/{project}/manuscript").json()
    at = f"/media/{project}/manuscript/lines/{before['lines'][1]['id']}"

    assert client.put(at, json={"text": "…"}).status_code == 422
    assert client.put(at, json={"role": " "}).status_code == 422
    assert client.put(at, json={"delivery": "whispr"}).status_code == 422
    assert client.post(f"{at}/split", json={"at": 0}).status_code == 422
    assert client.post(f"/media/{project}/manuscript/undo").status_code == 409
    assert client.get("/media/nowhere/manuscript").status_code == 404
    assert client.get(f"/media/{project}/manuscript").json() == before
    assert studio.manuscript.history(project).undo == ""
