"""Texts of consent in each language: statement, code words, notice, purposes, and the words of pages and papers.

They are data, in `consent/statements/<language>.toml`, so that a lawyer can edit them without touching code. Whatever a
record holds is put in as text, in one pass: a name that looks like a placeholder or like HTML stays a name.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from studio.consent.names import normal_name
from studio.consent.record import ConsentRecord
from studio.core.errors import InputError, MissingError, NotFoundError
from studio.core.resources import shipped

NEEDED_PURPOSES: Final = frozenset({"create_replica", "render_works"})
"""What there is no replica without; everything else can be left unticked."""

_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put values in the `{places}` of a template, in one pass: places within values stay as they are.

    Raises:
        KeyError: a place has no value.
    """
    return _PLACE.sub(lambda found: str(values[found[1]]), template)


def places(template: str) -> frozenset[str]:
    """Names of the `{places}` of a template."""
    return frozenset(_PLACE.findall(template))


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """Everything said about consent in one language.

    Attributes:
        language: its tag ("de").
        name: what it calls itself ("Deutsch").
        strings: words of the voice owner's page, by name.
        papers: words of receipt, certificate, account, notice and policy, by name.
        phrases: pieces the notice and papers are put together from.
        words: code words to draw from.
        digit_words: how the ten digits are said, "zero" first; alternatives parted by "|".
        prompts: sentences to read for the reference clips.
        purposes: name, label, explanation and needed of each purpose, in the order they are asked.
        use_names: labels of the uses.
        spoken_uses: uses as the statement says them.
        content_names: labels of kinds of content.
        fixed_statement: template of the statement.
        code_sentence: template of the sentence with code words and number.
        notice_sections: key, heading and text of each section, as templates.
        policy_sections: the same of the retention policy.
    """

    language: str
    name: str
    strings: Mapping[str, str]
    papers: Mapping[str, str]
    phrases: Mapping[str, str]
    words: tuple[str, ...]
    digit_words: tuple[str, ...]
    prompts: tuple[str, ...]
    purposes: tuple[dict[str, Any], ...]
    use_names: Mapping[str, str]
    spoken_uses: Mapping[str, str]
    content_names: Mapping[str, str]
    fixed_statement: str
    code_sentence: str
    notice_sections: tuple[tuple[str, str, str], ...]
    policy_sections: tuple[tuple[str, str, str], ...]

    def statement(self, record: ConsentRecord) -> str:
        """The statement as it is read aloud, without its code words and number."""
        return fill(
            self.fixed_statement,
            {
                "person": normal_name(record.subject.legal_name),
                "studio": normal_name(record.controller.name),
                "uses": self.listed([self.spoken_uses[use] for use in record.terms.uses]),
            },
        )

    def spoken(self, record: ConsentRecord, words: Sequence[str], digits: str) -> str:
        """The whole statement as it is read aloud."""
        code = fill(self.code_sentence, {"words": ", ".join(words), "digits": " ".join(digits)})
        return f"{self.statement(record)} {code}"

    def notice(self, record: ConsentRecord) -> tuple[tuple[str, str], ...]:
        """The notice in plain language for a record: heading and text of each section, paragraphs parted by an
        empty line."""
        values = self.values(record)
        return tuple((heading, fill(text, values)) for _, heading, text in self.notice_sections)

    def values(self, record: ConsentRecord) -> dict[str, str]:
        """What a record says, in phrases of the language, by the names that notice and papers have places for."""
        terms, phrases, none = record.terms, self.phrases, self.phrases["none"]
        named = {role: [party.name for party in record.parties if party.role == role] for role in _HANDED_TO}
        recipients = [name for names in named.values() for name in names]
        authority = next((party for party in record.parties if party.role == "authority"), None)
        quota = terms.max_finished_minutes
        given = {
            "person": record.subject.legal_name,
            "signer": record.subject.guardian or record.subject.legal_name,
            "studio": record.controller.name,
            "studio_contact": contact_text(record.controller.contact),
            "studio_address": record.controller.address or none,
            "credit": record.credit,
            "uses": self.listed([self.use_names[use] for use in terms.uses]),
            "description": terms.description,
            "languages": self.listed([self.language_name(tag) for tag in terms.languages]),
            "first_day": self.day(terms.first_day),
            "last_day": self.day(terms.last_day),
            "time_zone": terms.time_zone,
            "projects": phrases["projects_listed"] if terms.projects else phrases["projects_any"],
            "quota": fill(phrases["quota"], {"minutes": self.number(quota)}) if quota else phrases["quota_none"],
            "excluded": self.listed([self.content_names.get(kind, kind) for kind in terms.excluded_content]) or none,
            "deliveries": self.listed(terms.excluded_deliveries) or none,
            "approval": self._approval(record),
            "survival": fill(phrases[f"survival_{terms.survival}"], {"days": terms.take_down_days}),
            "territories": self.listed(terms.territories) or phrases["worldwide"],
            "exclusivity": terms.exclusivity or none,
            "sublicence": terms.sublicence or phrases["nobody"],
            "pay": self._pay(record),
            "recipients": self.listed(recipients) or phrases["nobody"],
            "authority": _named(authority.name, authority.contact) if authority else phrases["authority_any"],
            "location": self._own("location", record.data.location),
            "deletion_days": str(record.data.deletion_days),
            "jurisdiction": record.data.jurisdiction or record.subject.country,
        }
        return {name: normal_name(value) for name, value in given.items()}

    def listed(self, items: Sequence[str]) -> str:
        """Several things in one phrase ("a, b and c")."""
        return format_list(list(items), "standard", self._locale) if items else ""

    def day(self, value: date) -> str:
        """A day in words."""
        return format_date(value, "long", self._locale)

    def number(self, value: float | Decimal) -> str:
        """A number with up to two decimals."""
        return format_decimal(value, "#,##0.##", self._locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency, no digit lost."""
        digits = max(2, -int(amount.as_tuple().exponent)) if amount.is_finite() else 2
        pattern = f"#,##0.{'0' * digits}\u00a0¤¤"
        return format_currency(amount, currency, pattern, self._locale, currency_digits=False)

    def language_name(self, tag: str) -> str:
        """A language by its name in this one; the tag itself if it has none."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self._locale) or tag
        except (UnknownLocaleError, ValueError):
            return tag

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.language)

    def _own(self, name: str, value: str) -> str:
        """A value in this language, if it is the default that every language has a phrase for."""
        return self.phrases[name] if value == _DEFAULTS[name] else value

    def _approval(self, record: ConsentRecord) -> str:
        terms = record.terms
        asked = [
            self.phrases[name]
            for name, wanted in (("approve_project", terms.project_approval), ("approve_final", terms.final_approval))
            if wanted
        ]
        return " ".join(asked) or self.phrases["approve_none"]

    def _pay(self, record: ConsentRecord) -> str:
        pay = record.terms.compensation
        phrase = self.phrases[f"pay_{pay.basis.replace('-', '_')}"]
        if pay.basis == "none":
            return phrase
        amount = Decimal(pay.amount)
        said = self.number(amount) if pay.basis == "royalty" else self.money(amount, pay.currency)
        return fill(phrase, {"amount": said})


_HANDED_TO: Final = ("client", "processor", "recipient", "agent")
_DEFAULTS: Final = {"location": "on the studio's own computer, encrypted"}


def contact_text(contact: str) -> str:
    """A contact as people read it."""
    return contact.removeprefix("mailto:").removeprefix("tel:")


def _named(name: str, contact: str) -> str:
    return f"{name} ({contact_text(contact)})" if contact else name


def notice_sha256(sections: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of a notice exactly as it was shown: headings and texts, each on lines of their own, UTF-8."""
    text = "\n\n".join(f"{heading}\n{text}" for heading, text in sections)
    return hashlib.sha256(text.encode()).hexdigest()


def languages() -> tuple[tuple[str, str], ...]:
    """Languages there are texts in: tag and own name, by name."""
    packs = [_load(path) for path in sorted(_folder().glob("*.toml"))]
    return tuple(sorted(((pack.language, pack.name) for pack in packs), key=lambda pair: pair[1].casefold()))


def language_pack(tag: str) -> LanguagePack:
    """The texts in a language; those of "en" for "en-GB".

    Raises:
        NotFoundError: there are none.
        MissingError: the installation is incomplete.
    """
    known = dict(languages())
    wanted = tag.strip().lower().replace("_", "-")
    while wanted and wanted not in known:
        wanted = wanted.rpartition("-")[0]
    if not wanted:
        raise NotFoundError(
            "there is no consent statement in that language",
            hint=f"Languages are {', '.join(sorted(known))}; or give consent on paper in one of them.",
        )
    return _load(_folder() / f"{wanted}.toml")


def _folder() -> Path:
    try:
        return shipped("consent", "statements")
    except FileNotFoundError as error:
        raise MissingError("the texts of consent are missing", hint="Reinstall the package.") from error


@cache
def _load(path: Path) -> LanguagePack:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return LanguagePack(
            language=data["language"],
            name=data["name"],
            strings=MappingProxyType(
                {**data["strings"], **{f"use_{key.replace('-', '_')}": use["label"] for key, use in data["uses"].items()}}
            ),
            papers=MappingProxyType(data["papers"]),
            phrases=MappingProxyType(data["phrases"]),
            words=tuple(data["words"]),
            digit_words=tuple(data["digit_words"]),
            prompts=tuple(data["prompts"]),
            purposes=tuple(
                {"name": name, **purpose, "needed": name in NEEDED_PURPOSES}
                for name, purpose in data["purposes"].items()
            ),
            use_names=MappingProxyType({key: use["label"] for key, use in data["uses"].items()}),
            spoken_uses=MappingProxyType({key: use["spoken"] for key, use in data["uses"].items()}),
            content_names=MappingProxyType(data["content"]),
            fixed_statement=data["statement"]["fixed"],
            code_sentence=data["statement"]["code"],
            notice_sections=_sections(data["notice"]),
            policy_sections=_sections(data["policy"]),
        )
    except OSError as error:
        raise MissingError("a text of consent cannot be read", where=path.name, hint="Reinstall the package.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InputError(f"the texts are not complete: {error}", where=path.name) from error


def _sections(data: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((section["key"], section["heading"], section["text"]) for section in data)
