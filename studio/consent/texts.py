"""What a voice owner is asked, told and shown, in their language: read from `consent/statements`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from langcodes import Language

from studio.consent.names import normal_name
from studio.consent.record import ConsentRecord
from studio.consent.terms import Compensation, Terms
from studio.core.errors import InputError, MissingError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped

_SPACES = re.compile(r"[ \t\n]+")  # what a gap leaves; a no-break space stays
_NEEDED = frozenset({"create_replica", "render_works"})
Section = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """All texts of one language.

    Attributes:
        tag: BCP 47 tag.
        name: of the language, in itself.
        version: of the notice.
        words: code words a challenge is drawn from.
        digit_words: how the ten digits are said, zero first; "|" parts alternatives.
        prompts: sentences to read for the reference clips.
        strings: words of the voice owner's page, by name.
        purposes: what can be ticked: name, label, explanation, needed.
        use_names: uses as people say them.
        content_names: kinds of content as people say them.
        paper: words of receipts, certificates and accounts, by name.
        policy: the retention policy: heading and text of each section.
    """

    tag: str
    name: str
    version: str
    words: tuple[str, ...]
    digit_words: tuple[str, ...]
    prompts: tuple[str, ...]
    strings: Mapping[str, str]
    purposes: tuple[dict[str, Any], ...]
    use_names: Mapping[str, str]
    content_names: Mapping[str, str]
    paper: Mapping[str, str]
    policy: tuple[Section, ...]
    _statement: str
    _code: str
    _and: str
    _notice: tuple[Section, ...]
    _fill: Mapping[str, str]

    def statement(self, record: ConsentRecord) -> str:
        """The sentence to be spoken, without code words and number."""
        return filled(
            self._statement,
            name=normal_name(record.subject.legal_name),
            studio=normal_name(record.controller.name),
            uses=self.listed([self.use_names[use] for use in record.terms.uses]),
        )

    def spoken(self, record: ConsentRecord, words: Sequence[str], digits: str) -> str:
        """The whole statement as it is to be read: sentence, code words, number digit by digit."""
        code = filled(self._code, words=", ".join(words), digits=" ".join(digits))
        return f"{self.statement(record)} {code}"

    def notice(self, record: ConsentRecord) -> tuple[Section, ...]:
        """The notice about a record: heading and text of each section."""
        facts = self._facts(record)
        return tuple((heading, _SPACES.sub(" ", filled(text, **facts)).strip()) for heading, text in self._notice)

    def payment(self, pay: Compensation) -> str:
        """What the voice owner is paid, as a sentence."""
        return filled(self._fill[f"pay_{pay.basis}"], amount=pay.amount, currency=pay.currency)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in a sentence: "a, b and c"."""
        *head, last = items or [""]
        return f"{', '.join(head)} {self._and} {last}" if head else last

    def _facts(self, record: ConsentRecord) -> dict[str, str]:
        terms, fill = record.terms, self._fill
        named = {
            role: [party.name for party in record.parties if party.role == role] for role in ("client", "recipient")
        }
        approvals = [
            fill[name]
            for name, asked in (("approve_project", terms.project_approval), ("approve_audio", terms.final_approval))
            if asked
        ]
        facts = {
            "person": record.subject.guardian or record.subject.legal_name,
            "studio": record.controller.name,
            "studio_contact": record.controller.contact.removeprefix("mailto:"),
            "client": filled(fill["client"], names=self.listed(named["client"])) if named["client"] else "",
            "uses": self.listed([self.use_names[use] for use in terms.uses]),
            "languages": self.listed([Language.get(tag).display_name(self.tag) for tag in terms.languages]),
            "description": _sentence(terms.description),
            "projects": filled(fill["projects_some"], count=str(len(terms.projects)))
            if terms.projects
            else fill["projects_any"],
            "territories": filled(fill["territories"], list=self.listed(list(terms.territories)))
            if terms.territories
            else "",
            "exclusivity": filled(fill["exclusivity"], text=_sentence(terms.exclusivity)) if terms.exclusivity else "",
            "sublicence": filled(fill["sublicence"], text=_sentence(terms.sublicence))
            if terms.sublicence
            else fill["sublicence_none"],
            "quota": filled(fill["quota"], minutes=f"{terms.max_finished_minutes:g}")
            if terms.max_finished_minutes is not None
            else "",
            "excluded": self._excluded(terms),
            "first_day": day_text(terms.first_day),
            "last_day": day_text(terms.last_day),
            "time_zone": terms.time_zone,
            "approvals": " ".join(approvals) or fill["approve_none"],
            "compensation": self.payment(terms.compensation),
            "survival": filled(fill[f"survival_{terms.survival}"], days=str(terms.take_down_days)),
            "location": record.data.location or fill["location"],
            "jurisdiction": record.data.jurisdiction or record.subject.country or fill["unknown"],
            "recipients": filled(fill["recipients"], names=self.listed(named["recipient"]))
            if named["recipient"]
            else fill["recipients_none"],
        }
        # Invisible characters could turn around what stands after them: a limit must read as it was agreed.
        return {name: normal_name(value) for name, value in facts.items()}

    def _excluded(self, terms: Terms) -> str:
        kinds = [self.content_names.get(kind, kind) for kind in terms.excluded_content]
        said = filled(self._fill["excluded"], list=self.listed(kinds)) if kinds else self._fill["excluded_none"]
        if terms.excluded_deliveries:
            said += " " + filled(self._fill["deliveries"], list=self.listed(list(terms.excluded_deliveries)))
        return said


def notice_sha256(sections: Sequence[Section]) -> str:
    """SHA-256 of a notice exactly as shown."""
    return sha256_bytes("\n\n".join(f"{heading}\n{text}" for heading, text in sections).encode())


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """Languages a consent can be given in: tag and own name, by tag."""
    packs = (_read(path) for path in sorted(_folder().glob("*.toml")))
    return tuple((pack.tag, pack.name) for pack in packs)


@cache
def language_pack(tag: str) -> LanguagePack:
    """The texts of a language; of "en-GB" those of "en" if it has none of its own.

    Raises:
        InputError: there are none.
        MissingError: the installation is incomplete.
    """
    for wanted in (tag.lower(), tag.lower().split("-")[0]):
        path = _folder() / f"{wanted}.toml"
        if wanted.replace("-", "").isalnum() and path.is_file():
            return _read(path)
    known = ", ".join(known for known, _name in languages())
    raise InputError(f"there is no consent statement in '{tag}'", hint=f"Choose one of {known}.")


def day_text(day: date) -> str:
    """A day as every reader of any language understands it: year, month, day."""
    return day.isoformat()


def _folder() -> Path:
    try:
        return shipped("consent", "statements")
    except FileNotFoundError as error:
        raise MissingError("the consent statements are missing", hint="Reinstall the package.") from error


@cache
def _read(path: Path) -> LanguagePack:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return LanguagePack(
        tag=data["language"],
        name=data["name"],
        version=data["version"],
        words=tuple(data["words"]),
        digit_words=tuple(data["digits"]),
        prompts=tuple(data["prompts"]),
        strings=data["strings"],
        purposes=tuple({**purpose, "needed": purpose["name"] in _NEEDED} for purpose in data["purpose"]),
        use_names=data["uses"],
        content_names=data["content"],
        paper=data["paper"],
        policy=tuple((section["heading"], section["text"]) for section in data["policy"]),
        _statement=data["statement"],
        _code=data["code"],
        _and=data["and"],
        _notice=tuple((section["heading"], section["text"]) for section in data["notice"]),
        _fill=data["fill"],
    )


def filled(template: str, **values: str) -> str:
    """A template with its names filled in: once, so that braces in a value mean nothing."""
    pieces = template.split("{")
    out = [pieces[0]]
    for piece in pieces[1:]:
        name, _brace, rest = piece.partition("}")
        out += [values[name], rest]
    return "".join(out)


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.endswith((".", "!", "?", "…")) else f"{folded}."
