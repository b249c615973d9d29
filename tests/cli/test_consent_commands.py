"""Consents by the command line: every command, on records that are brought to where it is of use."""

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from studio.bootstrap import open_studio, read_settings
from studio.core.resources import shipped
from studio.main import app
from studio.services.consents.views import ConsentDetail
from tests.cli.conftest import Command, Outcome
from tests.consents import DESCRIPTION, LOCAL, Walk, record_data, write_clip

ROOT = Path(__file__).parents[2]
AGREED = "create_replica,render_works,voice_comparison"
BOOK = "---\ntitle: The Quiet Pier\nauthor: Ada Finch\nlanguage: en-GB\n---\n\n## One\n\nThe tide went out.\n"


@pytest.fixture
def command(quick_command: Command) -> Command:
    return quick_command


@pytest.fixture
def walked(home: Path) -> Callable[[Callable[[Walk], Any]], ConsentDetail]:
    """Takes a record some way through the services, in a studio that is closed again; gives what became of it."""

    def go(way: Callable[[Walk], Any]) -> ConsentDetail:
        studio = open_studio(read_settings({"VIVAVOCE_HOME": str(home)}, workers=1))
        try:
            reached = way(Walk(studio))
            return studio.consents.get(LOCAL, getattr(reached, "consent_id", reached))
        finally:
            studio.close()

    return go


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "jane.json"
    path.write_text(json.dumps(record_data("Jane Doe")))
    return path


def _refused(done: Outcome, status: int, says: str) -> None:
    assert done.status == status
    assert says in done.err
    errors = [line for line in done.err.splitlines() if not line.startswith("note: ")]
    assert len(errors) == 1


def test_a_record_is_drafted_from_a_file_and_changed(command: Command, record_file: Path):
    drafted = command("consent", "new", str(record_file), "--json")
    assert drafted.status == 0
    assert drafted.json["summary"]["voice_id"] == "jane-doe"
    assert drafted.json["record"]["terms"]["last_day"] == record_data()["terms"]["last_day"]
    assert "note: nobody advised the voice owner" in drafted.err
    consent = drafted.json["summary"]["id"]

    changed = command("consent", "change", "jane-doe", "-", "--json", stdin="[terms]\nmax_finished_minutes = 30\n")
    assert changed.json["summary"]["id"] == consent
    assert changed.json["record"]["terms"]["max_finished_minutes"] == 30
    assert changed.json["record"]["terms"]["uses"] == ["audiobook"]

    assert [each["id"] for each in command("consent", "list", "doe", "--json").json["consents"]] == [consent]
    assert command("consent", "list", "--state", "verified", "--json").json == {"consents": []}
    assert "jane-doe" in command("consent", "list").out


def test_a_record_is_drafted_from_options_which_win_over_the_file(command: Command, record_file: Path):
    until = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    drafted = command(
        "consent", "new", "--name", "Ada Lane", "--contact", "mailto:ada@example.com", "--country", "IE",
        "--studio", "Harbour Audio", "--studio-contact", "mailto:studio@example.com", "--use", "audiobook",
        "--use", "podcast", "--description", DESCRIPTION, "--language", "en-GB", "--from", "2026-01-01",
        "--until", until, "--time-zone", "Europe/Dublin", "--minutes", "45", "--exclude", "political",
        "--credit", "Ada L.", "--engine", "fake", "--as", "Pat Lane", "--json",
    )  # fmt: skip
    assert drafted.status == 0
    record = drafted.json["record"]
    assert record["language"] == "en-GB"
    assert record["subject"]["legal_name"] == "Ada Lane"
    assert record["controller"]["role"] == "studio"
    terms = record["terms"]
    assert (terms["uses"], terms["last_day"], terms["time_zone"]) == (["audiobook", "podcast"], until, "Europe/Dublin")
    assert (terms["max_finished_minutes"], terms["excluded_content"], terms["credit"]) == (45, ["political"], "Ada L.")
    assert drafted.json["events"][0]["by"] == "Pat Lane"

    both = command("consent", "new", str(record_file), "--until", until, "--json").json["record"]["terms"]
    assert (both["last_day"], both["uses"]) == (until, ["audiobook"])


def test_the_template_filled_in_is_a_record(command: Command):
    printed = command("consent", "template").out
    assert printed.rstrip() == shipped("consent", "templates", "record.toml").read_text(encoding="utf-8").rstrip()
    unfilled = command("consent", "new", "-", stdin=printed)
    _refused(unfilled, 2, "legal name is missing")

    filled = printed.replace("2000-01-01", (datetime.now(UTC).date() + timedelta(days=9)).isoformat())
    for blank, value in (
        ('legal_name = ""', "Jane Doe"), ('contact = ""', "mailto:x@example.com"), ('country = ""', "IE"),
        ('\nname = ""', "Harbour Audio"), ('description = ""', DESCRIPTION),
    ):  # fmt: skip
        filled = filled.replace(blank, blank.replace('""', f'"{value}"'))
    assert command("consent", "new", "-", "--json", stdin=filled).json["summary"]["person"] == "Jane Doe"


def test_every_line_of_the_template_is_a_field_of_a_record(command: Command):
    """Taking the # away from any field gives what is accepted."""
    text = shipped("consent", "templates", "record.toml").read_text(encoding="utf-8")
    text = re.sub(r"^# (\[|\w+ = )", r"\1", text, flags=re.MULTILINE)
    for old, new in (
        ('route = "document"', 'route = "spoken"'), ('engine = ""', 'engine = "fake"'), ("2000-01-01", "2040-01-01"),
        ('legal_name = ""', 'legal_name = "Jane Doe"'), ('contact = ""', 'contact = "mailto:x@example.com"'),
        ('country = ""', 'country = "IE"'), ('\nname = ""', '\nname = "Harbour Audio"'),
        ('description = ""', f'description = "{DESCRIPTION}"'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    drafted = command("consent", "new", "-", "--json", stdin=text)
    assert drafted.status == 0, drafted.err
    assert drafted.json["record"]["terms"]["compensation"]["amount"] == "250.00"
    assert drafted.json["record"]["parties"][0]["role"] == "client"


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "says"),
    [
        (["new"], "", 2, "consent template"),
        (["new", "nowhere.toml"], "", 2, "nowhere.toml"),
        (["new", "-"], "not [a record", 2, "neither JSON nor TOML"),
        (["new", "-"], "[" * 100_000, 2, "neither JSON nor TOML"),
        (["new", "-"], '{"a":' * 100_000, 2, "neither JSON nor TOML"),
        (["new", "-"], "a" * 1_000_001, 2, "too large"),
        (["new", "-"], '{"subject": 1}', 2, "'language' is not right"),
        (["new", "-", "--name", "Jane"], '{"subject": 1}', 2, "'subject' is not right"),
        (["new", "-"], json.dumps(record_data() | {"signature_name": "Jane Doe"}), 2, "not for the studio"),
        (["new", "-"], json.dumps(record_data() | {"shoe_size": 40}), 2, "shoe_size"),
        (["show", "nobody"], "", 2, "there is no consent 'nobody'"),
        (["withdraw", "nobody"], "", 2, "there is no consent 'nobody'"),
        (["list", "--state", "blue"], "", 2, "is not a state"),
        (["link", "x", "--base", "ftp://x"], "", 2, "is not an address"),
        (["reference", "x"], "", 2, "no recording is named"),
        (["receipt", "x", "-o", "r.doc"], "", 2, ".html or .pdf"),
        (["ledger", "verify", "--against", "nowhere.html"], "", 2, "nowhere.html"),
        (["ledger", "restored", "--reason", "moved"], "", 3, "lost"),
    ],
)
def test_bad_use_is_one_line(command: Command, arguments: list[str], stdin: str, status: int, says: str):
    done = command("consent", *arguments, stdin=stdin)
    assert done.out == ""
    _refused(done, status, says)


def test_the_voice_owner_answers_at_this_machine(command: Command, record_file: Path, tmp_path: Path):
    command("consent", "new", str(record_file))
    early = command("consent", "answer", "jane-doe", "--agree", AGREED, "--signed", "Jane Doe")
    _refused(early, 1, "studio consent notice")

    shown = command("consent", "notice", "jane-doe", "--language", "de", "--json").json
    assert shown["language"] == "de"
    assert [each["name"] for each in shown["purposes"] if each["needed"]] == ["create_replica", "render_works"]
    read = command("consent", "notice", "jane-doe")
    assert shown["notice"][0][0] in read.out
    assert "create_replica *" in read.out

    halfway = command("consent", "answer", "jane-doe", "--agree", "create_replica", "--signed", "Jane Doe")
    _refused(halfway, 2, "nothing to consent to")
    _refused(command("consent", "answer", "jane-doe", "--agree", AGREED, "--signed", "Jim Roe"), 2, "typed name")
    unknown = command("consent", "answer", "jane-doe", "--agree", f"{AGREED},sing", "--signed", "Jane Doe")
    _refused(unknown, 2, "is not one of the notice")
    answered = command("consent", "answer", "jane-doe", "--agree", AGREED, "--signed", "Jane Doe", "--json").json
    assert (answered["step"], answered["references_needed"]) == ("references", 3)
    record = command("consent", "show", "jane-doe", "--json").json["record"]
    assert record["purposes"]["voice_comparison"]
    assert not record["purposes"]["train_models"]

    _refused(command("consent", "challenge", "jane-doe"), 1, "reference recordings are needed")
    noise = tmp_path / "noise.wav"
    noise.write_text("no sound")
    _refused(command("consent", "reference", "jane-doe", str(noise)), 2, "cannot be used")
    assert command("consent", "decline", "jane-doe", "--json").json["step"] == "ended"
    _refused(command("consent", "notice", "jane-doe", "--language", "xx"), 2, "no consent statement in 'xx'")


def test_a_notice_is_not_shown_by_answering(command: Command, record_file: Path):
    command("consent", "new", str(record_file))
    command("consent", "answer", "jane-doe", "--agree", AGREED, "--signed", "Jane Doe")
    assert command("consent", "show", "jane-doe", "--json").json["record"]["notice"]["sha256"] == ""


def test_a_link_is_shown_once(command: Command, record_file: Path, home: Path):
    consent = command("consent", "new", str(record_file), "--json").json["summary"]["id"]
    made = command("consent", "link", "jane-doe", "--base", "https://studio.example.com/", "--json").json
    assert made["id"] == consent
    found = re.fullmatch(r"https://studio\.example\.com/my-voice#([\w-]{40,})", made["link"])
    assert found is not None
    for path in home.rglob("*"):
        assert not path.is_file() or found[1].encode() not in path.read_bytes()


def test_code_words_are_printed_and_a_recording_of_something_else_is_refused(
    command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path
):
    def asked(walk: Walk) -> Any:
        owner = walk.asked()
        walk.answer(owner)
        walk.clips(owner)
        return owner

    consent = walked(asked).summary.id
    clip = write_clip(tmp_path, 6)
    _refused(command("consent", "record", consent, str(clip)), 1, "no code words were given out")
    drawn = command("consent", "challenge", "jane-doe", "--json").json
    assert (len(drawn["words"]), len(drawn["digits"]), drawn["minutes_left"], drawn["attempts_left"]) == (6, 6, 15, 3)
    assert all(word in drawn["text"] for word in drawn["words"])
    read = command("consent", "challenge", "jane-doe")
    assert "Good for 15 minutes and 3 attempts" in read.out
    outdated = command("consent", "record", consent, str(clip), "--challenge", drawn["id"])
    _refused(outdated, 3, "used up, or newer ones were given out")


def test_a_reviewer_listens_attests_suspends_and_resumes(
    command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path
):
    detail = walked(lambda walk: walk.given())
    consent = detail.summary.id
    assert [each["id"] for each in command("consent", "review", "list", "--json").json["consents"]] == [consent]

    statement = next(clip for clip in detail.clips if clip.kind == "statement")
    heard = tmp_path / "heard.wav"
    command("consent", "clip", consent, statement.id, "-o", str(heard))
    assert heard.read_bytes().startswith(b"RIFF")
    assert heard.stat().st_mode & 0o077 == 0

    approve = ("consent", "review", "approve", consent, "--name")
    _refused(command(*approve, "Rita Reviewer"), 2, "attests to have listened")
    _refused(command(*approve, "Jane Doe", "--listened"), 3, "of their own")
    approved = command(*approve, "Rita Reviewer", "--note", "clear", "--listened", "--json").json
    assert approved["summary"]["state"] == "verified"
    shown = command("consent", "show", consent).out
    for part in ("verified", "Rita Reviewer", "audiobook", "words: About words.", "What happened", "vivavoce-ledger"):
        assert part in shown

    assert "suspended" in command("consent", "suspend", consent, "--reason", "a doubt").out
    assert command("voices", "list", "--json").status == 0
    said = ("say", "Good evening.", "--voice", "jane-doe", "-o", str(tmp_path / "said.wav"))
    _refused(command(*said), 3, "suspended")
    resumed = command("consent", "resume", consent, "--name", "Rita Reviewer", "--note", "cleared", "--json").json
    assert resumed["summary"]["state"] == "verified"
    assert command(*said).status == 0


def test_a_reviewer_refuses_for_good(command: Command, walked: Callable[..., ConsentDetail]):
    consent = walked(lambda walk: walk.given()).summary.id
    refused = command(
        "consent", "review", "refuse", consent, "--name", "Rita Reviewer", "--note", "a playback", "--json"
    )
    assert refused.json["summary"]["state"] == "refused"
    assert command("consent", "review", "list").out.strip() == "No consent waits for a reviewer."


def test_the_owner_is_asked_about_a_project(command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path):
    consent = walked(lambda walk: walk.verified(project_approval=True)).summary.id
    _import(command, tmp_path)
    command("cast", "pier", "--set", "narrator=jane-doe")
    _refused(command("render", "pier"), 3, "studio consent ask")
    asked = command("consent", "ask", "jane-doe", "pier", "--json").json["approval"]
    assert (asked["kind"], asked["project_title"]) == ("project", "The Quiet Pier")
    assert command("consent", "approve", consent, asked["id"], "--json").json["approval"]["decision"] == "approved"
    assert command("render", "pier").status == 0
    declined = command("consent", "approve", consent, asked["id"], "--decline", "--json").json["approval"]
    assert declined["decision"] == "declined"


def test_a_project_says_what_it_is_for(command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path):
    walked(lambda walk: walk.verified(excluded_content=["political"]))
    _import(command, tmp_path)
    assert command("purpose", "pier", "--json").json == {
        "project": "pier", "purpose": "audiobook", "use": "audiobook", "commercial": True, "content": [],
        "warnings": [],
    }  # fmt: skip
    assert command("cast", "pier", "--set", "narrator=jane-doe").status == 0
    assert command("purpose", "pier", "--content", "political, Gambling", "--json").json["content"] == [
        "gambling", "political",
    ]  # fmt: skip
    _refused(command("render", "pier"), 3, "political")
    assert command("purpose", "pier", "--content", "", "--json").json["content"] == []
    assert command("purpose", "pier", "--use", "ad").out.startswith("pier: ad;")
    assert command("render", "pier").status == 3
    _refused(command("purpose", "pier", "--use", "song"), 2, "is not a use")


def test_papers_are_written_and_the_ledger_is_held_against_them(
    command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path
):
    consent = walked(lambda walk: walk.verified()).summary.id
    for name, begin in (("receipt.html", b"<!doctype html>"), ("receipt.pdf", b"%PDF-")):
        assert command("consent", "receipt", consent, "-o", str(tmp_path / name), "--json").status == 0
        assert (tmp_path / name).read_bytes().startswith(begin)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    exported = command("consent", "export", consent).json
    command("consent", "export", consent, "-o", str(tmp_path / "record.jsonld"))
    assert json.loads((tmp_path / "record.jsonld").read_text())["@context"] == exported["@context"]
    account = command("consent", "account", consent, "--json").json
    assert (account["basis"], account["owed"], account["finished_minutes"]) == ("none", "0.00", 0.0)
    assert "Jane Doe" in command("consent", "account", consent).out
    for name in ("account.html", "account.json"):
        assert command("consent", "account", consent, "-o", str(tmp_path / name)).status == 0
    assert json.loads((tmp_path / "account.json").read_text()) == account
    assert command("consent", "policy").out.startswith("<!doctype html>")
    assert "html" in command("consent", "policy", "--language", "de", "--json").json

    papers = [str(tmp_path / name) for name in ("receipt.html", "receipt.pdf", "record.jsonld")]
    against = [part for paper in papers for part in ("--against", paper)]
    verdict = command("consent", "ledger", "verify", *against, "--full", "--json")
    assert (verdict.status, verdict.json["problems"]) == (0, [])
    assert verdict.json["anchors"] >= 3
    head = command("consent", "ledger", "head", "--json").json["head"]
    assert head == verdict.json["head"]
    assert len(command("consent", "ledger", "rotate", "--json").json["key"]) == 16
    assert command("consent", "ledger", "head").out.strip() != head
    assert command("consent", "ledger", "verify", *against).status == 0


def test_a_ledger_that_was_changed_is_told_with_status_1(
    command: Command, walked: Callable[..., ConsentDetail], home: Path
):
    walked(lambda walk: walk.draft())
    with sqlite3.connect(home / "studio.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        changed = database.execute(
            "UPDATE ledger_event SET body = CAST(replace(CAST(body AS TEXT), 'drafted', 'altered') AS BLOB)"
        )
        assert changed.rowcount == 1
    database.close()
    verdict = command("consent", "ledger", "verify", "--full", "--json")
    assert verdict.status == 1
    assert verdict.json["problems"]
    plain = command("consent", "ledger", "verify", "--full")
    assert plain.out.splitlines()[: len(verdict.json["problems"])] == verdict.json["problems"]


def test_a_renewal_that_narrows_is_confirmed(command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path):
    old = walked(lambda walk: walk.verified()).summary
    changed = command("consent", "change", old.id, "-", stdin='{"language": "en"}')
    _refused(changed, 1, "studio consent renew")
    sooner = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    renewed = command("consent", "renew", "jane-doe", "--until", sooner, "--json").json
    new = renewed["summary"]["id"]
    assert renewed["record"]["supersedes"] == old.id
    _refused(command("consent", "confirm", new), 1, "notice")
    command("consent", "notice", new)
    assert command("consent", "confirm", new, "--json").json["step"] == "active"
    assert command("consent", "show", old.id, "--json").json["summary"]["state"] == "superseded"
    assert command("consent", "show", "jane-doe", "--json").json["summary"]["last_day"] == sooner
    del tmp_path


def test_a_withdrawal_is_one_command_and_everything_is_refused_after_it(
    command: Command, walked: Callable[..., ConsentDetail], tmp_path: Path
):
    consent = walked(lambda walk: walk.verified()).summary.id
    said = ("say", "Good evening.", "--voice", "jane-doe", "-o", str(tmp_path / "said.wav"))
    assert command(*said).status == 0
    _refused(command("consent", "certificate", consent), 2, "there is no certificate")
    _refused(command("consent", "erase", consent), 1, "destroyed")
    before = command("consent", "withdraw", consent, "--dry-run", "--json").json
    assert ["reference recordings", 3] in before["destroys"]
    assert command("consent", "show", consent, "--json").json["summary"]["state"] == "verified"

    withdrawn = command("consent", "withdraw", consent, "--json").json
    assert (withdrawn["state"], withdrawn["already"]) == ("withdrawn", False)
    kinds = {each["kind"] for each in withdrawn["certificate"]["destroyed"]}
    assert {"key", "reference", "statement"} <= kinds
    again = command("consent", "withdraw", consent)
    assert again.status == 0
    assert "had ended already" in again.out
    assert f"studio consent certificate {consent}" in again.out

    (tmp_path / "said.wav").unlink()
    _refused(command(*said), 3, "jane-doe")
    assert not (tmp_path / "said.wav").exists()
    assert command("consent", "certificate", consent, "--json").json == withdrawn["certificate"]
    for name in ("certificate.html", "certificate.json"):
        assert command("consent", "certificate", consent, "-o", str(tmp_path / name)).status == 0
    assert json.loads((tmp_path / "certificate.json").read_text()) == withdrawn["certificate"]
    against = ["--against", str(tmp_path / "certificate.html"), "--against", str(tmp_path / "certificate.json")]
    assert command("consent", "ledger", "verify", *against).status == 0

    assert command("consent", "erase", consent, "--json").json == {"erased": consent}
    assert command("consent", "show", consent).status == 0
    assert "Jane Doe" not in command("consent", "show", consent, "--json").out
    assert command("consent", "ledger", "verify", "--full").status == 0


def test_a_withdrawal_on_a_terminal_is_asked_about_once(command: Command, walked: Callable[..., ConsentDetail]):
    consent = walked(lambda walk: walk.verified()).summary.id
    stopped = command("consent", "withdraw", consent, stdin="n\n", terminal=True)
    assert stopped.status == 130
    assert "3 reference recordings" in stopped.err
    assert command("consent", "show", consent, "--json").json["summary"]["state"] == "verified"
    done = command("consent", "withdraw", consent, stdin="y\n", terminal=True)
    assert done.status == 0
    assert done.err.count("cannot be undone") == 1
    assert command("consent", "withdraw", consent, "--yes", terminal=True).status == 0


@pytest.mark.parametrize(("end", "state"), [("revoke", "revoked"), ("invalidate", "invalidated")])
def test_others_end_a_consent_with_a_reason(
    command: Command, walked: Callable[..., ConsentDetail], end: str, state: str
):
    consent = walked(lambda walk: walk.verified()).summary.id
    assert command("consent", end, consent).status == 2
    _refused(command("consent", end, consent, "--reason", " "), 2, "say why")
    ended = command("consent", end, consent, "--reason", "a court said so", "--as", "Rita Moss")
    assert f"The consent is {state}" in ended.out
    assert command("consent", "show", consent, "--json").json["summary"]["state"] == state


def test_retention_is_told_and_done(command: Command, walked: Callable[..., ConsentDetail]):
    walked(lambda walk: walk.verified())
    assert command("consent", "retention", "--dry-run", "--json").json == {"acts": [], "dry_run": True}
    assert command("consent", "retention").out == "Nothing is due.\n"


def test_a_paper_is_attached(command: Command, record_file: Path, tmp_path: Path):
    command("consent", "new", str(record_file))
    paper = tmp_path / "release.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    attached = command("consent", "attach", "jane-doe", str(paper), "--label", "Signed release", "--json").json["clip"]
    assert (attached["kind"], attached["label"]) == ("document", "Signed release")
    back = tmp_path / "back.pdf"
    command("consent", "clip", "jane-doe", attached["id"], "-o", str(back))
    assert back.read_bytes() == paper.read_bytes()


def test_every_command_that_is_named_anywhere_exists():
    """Hints, notices and pages name commands: each must be there exactly so."""
    group = get_command(app)
    named = {
        found[1]
        for folder, kinds in (("studio", ("py", "html", "js", "toml")), ("consent", ("toml", "j2")), ("docs", ("md",)))
        for kind in kinds
        for path in (ROOT / folder).rglob(f"*.{kind}")
        for found in re.finditer(
            r"studio ((?:consent|staff)(?: [a-z]+){1,2})", " ".join(path.read_text(encoding="utf-8").split())
        )
    }
    missing = [words for words in named if not _exists(group, words.split())]
    assert missing == []
    assert {"consent renew", "consent ledger verify", "consent ledger restored", "consent show"} <= {
        " ".join(words.split()[:3]) if words.split()[1] in {"ledger", "review"} else " ".join(words.split()[:2])
        for words in named
    }


def _exists(group: Any, words: list[str]) -> bool:
    for word in words:
        if not hasattr(group, "commands"):
            return True  # what follows a command is prose, or its arguments
        if word not in group.commands:
            return False
        group = group.commands[word]
    return not hasattr(group, "commands")


def _import(command: Command, folder: Path) -> None:
    book = folder / "pier.md"
    book.write_text(BOOK, encoding="utf-8")
    assert command("import", str(book), "--name", "pier").status == 0


def test_every_command_stands_in_the_reference():
    text = (ROOT / "docs" / "consent-commands.md").read_text(encoding="utf-8")
    commands: dict[str, Any] = {f"{name} ": get_command(app).commands[name] for name in ("consent", "staff")}  # type: ignore[attr-defined]
    names = []
    while commands:
        path, group = commands.popitem()
        for name, item in group.commands.items():
            if hasattr(item, "commands"):
                commands[f"{path}{name} "] = item
            else:
                names.append(f"studio {path}{name}")
    assert len(names) > 35
    assert [name for name in names if not re.search(rf"`{name}\b", text)] == []
