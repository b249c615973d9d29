"""What a consent record says, in plain words: on the form's last step, the record's page and the reviewer's."""

from collections.abc import Mapping
from types import MappingProxyType

from studio.consent.record import ConsentRecord, Party, Subject
from studio.consent.terms import CONTENT, USES, Compensation, Terms

Rows = list[tuple[str, str | list[str]]]
"""Term and words; a list holds language tags, which the browser names."""

USE_WORDS: Mapping[str, str] = MappingProxyType({
    "audiobook": "Audiobooks",
    "ad": "Advertising",
    "ivr": "Telephone announcements",
    "e-learning": "E-learning",
    "podcast": "Podcasts",
    "game": "Games",
    "film-dub": "Film and dubbing",
    "demo": "Demonstrations",
    "internal": "Internal use",
})  # fmt: skip
CONTENT_WORDS: Mapping[str, str] = MappingProxyType({
    "adult": "Adult content",
    "political": "Politics and elections",
    "religion": "Religion",
    "gambling": "Gambling",
    "alcohol-tobacco": "Alcohol and tobacco",
    "medical-claims": "Medical claims",
    "hate": "Hate",
    "defamation": "Defamation",
})  # fmt: skip
PURPOSE_WORDS: Mapping[str, str] = MappingProxyType({
    "create_replica": "Make a replica of the voice",
    "render_works": "Use it for the works described",
    "voice_comparison": "Compare recordings by machine",
    "train_models": "Train other models with the recordings",
    "demonstrate": "Let others hear the voice as an example",
    "share_voice": "Hand the voice data to others",
})  # fmt: skip
_STATUS = MappingProxyType({
    "adult": "an adult",
    "minor": "a minor; signed for by",
    "deceased": "has died; signed for by",
    "self": "runs this studio",
})  # fmt: skip
_KNOWN = MappingProxyType({
    "none": "who they are was not checked",
    "known-person": "known in person",
    "document-seen": "a document of theirs was seen",
    "video-call": "seen in a video call",
})  # fmt: skip
_ADVICE = MappingProxyType({
    "none": "nobody",
    "counsel": "a lawyer",
    "union": "a union",
    "agent": "an agent",
    "self": "themselves",
})  # fmt: skip


def use_choices() -> list[tuple[str, str]]:
    """The uses a consent may name, with their words."""
    return [(use, USE_WORDS.get(use, use)) for use in USES]


def content_choices() -> list[tuple[str, str]]:
    """The kinds of content a consent may exclude, with their words."""
    return [(kind, CONTENT_WORDS.get(kind, kind)) for kind in CONTENT]


def scope_rows(record: ConsentRecord, titles: Mapping[str, str]) -> Rows:
    """A record term by term.

    Args:
        record: the record.
        titles: of the studio's projects, by id.
    """
    return [
        *_people(record),
        *_use(record.terms, titles),
        *_limits(record.terms),
        *_documented(record.terms),
        ("Voice data", _data(record)),
    ]


def _people(record: ConsentRecord) -> Rows:
    subject = record.subject
    rows: Rows = [
        ("Voice of", f"{subject.legal_name}, {_status(subject)}; {_KNOWN[subject.identity_check]}"),
        ("Reached at", f"{_contact(subject.contact)}, {subject.country}"),
        ("Credited as", record.credit),
        ("Advised by", " ".join(filter(None, (_ADVICE[subject.representation], subject.representative)))),
        ("Studio", _party(record.controller)),
    ]
    rows += [(party.role.capitalize(), _party(party)) for party in record.parties]
    paper = "by a signed paper" if record.route == "document" else "by a spoken statement"
    return [*rows, ("Consents", paper), ("Notice and statement in", [record.language])]


def _status(subject: Subject) -> str:
    words = _STATUS[subject.status]
    return f"{words} {subject.guardian}" if subject.status in {"minor", "deceased"} else words


def _use(terms: Terms, titles: Mapping[str, str]) -> Rows:
    projects = ", ".join(titles.get(project, project) for project in terms.projects)
    zone = terms.time_zone.replace("_", " ")
    return [
        ("For", ", ".join(USE_WORDS.get(use, use) for use in terms.uses)),
        ("In particular", terms.description),
        ("Speaking", list(terms.languages)),
        ("From", f"{terms.first_day:%-d %b %Y} until the end of {terms.last_day:%-d %b %Y} ({zone})"),
        ("Projects", projects or "any within these uses"),
    ]


def _limits(terms: Terms) -> Rows:
    quota = terms.max_finished_minutes
    asked = [
        *(["each project, before anything is spoken"] if terms.project_approval else []),
        *(["the final audio, before it is delivered"] if terms.final_approval else []),
    ]
    fate = f"taken down within {terms.take_down_days} days" if terms.survival == "take-down" else "may stay"
    return [
        ("Limit", "none" if quota is None else f"{quota:g} finished minutes"),
        (
            "Never for",
            ", ".join(CONTENT_WORDS.get(kind, kind) for kind in terms.excluded_content) or "nothing excluded",
        ),
        ("Never spoken as", ", ".join(terms.excluded_deliveries) or "nothing excluded"),
        ("Owner approves", " and ".join(asked) or "nothing beyond this consent"),
        ("Works after the end", fate),
    ]


def _documented(terms: Terms) -> Rows:
    return [
        ("Pay", _pay(terms.compensation)),
        ("Territories", ", ".join(terms.territories) or "worldwide"),
        ("Exclusivity", terms.exclusivity or "none"),
        ("Passed on to", terms.sublicence or "nobody"),
    ]


def _pay(pay: Compensation) -> str:
    if pay.basis == "none":
        return "none"
    if pay.basis == "royalty":
        return f"royalty of {pay.amount} %, {pay.status}"
    each = "per finished hour" if pay.basis == "per-finished-hour" else "flat"
    return f"{pay.amount} {pay.currency} {each}, {pay.status}"


def _data(record: ConsentRecord) -> str:
    data = record.data
    law = f"; law of {data.jurisdiction}" if data.jurisdiction else ""
    place = data.location or "on the studio's own computer"
    return f"{place}; {data.retention}{law}"


def _party(party: Party) -> str:
    return ", ".join(filter(None, (party.name, party.address, _contact(party.contact))))


def _contact(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")
