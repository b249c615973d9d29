"""What the licences of engines and voices ask of sound that is made under them. Pure, but for the table it reads."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from studio.core.errors import InputError, MissingError
from studio.core.resources import shipped

_OPERATORS = frozenset({"AND", "OR", "WITH"})
_VERSION_CHOICE = re.compile(r"(-only|-or-later|\+)$", re.IGNORECASE)
_CREATIVE_COMMONS = re.compile(r"(CC-BY(?:-NC)?(?:-ND|-SA)?)(?:-(\d\.\d))?((?:-[A-Z]{2,3})*)", re.IGNORECASE)
_KNOWN_VERSION = "4.0"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licence asks, as `voices/licences.toml` says.

    Attributes:
        id: SPDX identifier, or a LicenseRef.
        title: name for people.
        url: where its text stands; empty if it has none.
        commercial: whether output may be sold, or used where anybody is paid for it.
        attribution: whether whoever granted it must be named with the output.
        terms_travel: whether the address of the terms must go with the output.
        share_alike: whether what is made of it may only be passed on under the same licence.
    """

    id: str
    title: str
    url: str
    commercial: bool
    attribution: bool = False
    terms_travel: bool = False
    share_alike: bool = False


@dataclass(frozen=True, slots=True)
class UsedLicence:
    """A licence that a take was made under, with all that it asks, as it was then.

    Attributes:
        subject: what is licensed: "engine xtts", "voice bf_emma".
        licence: SPDX expression.
        holder: who grants it; empty if unknown.
        url: where its text stands; empty if unknown.
        commercial: whether output may be sold, or used where anybody is paid for it.
        attribution: words that must go with the output; empty if none.
        terms_travel: whether the address of the terms must go with the output.
    """

    subject: str
    licence: str
    holder: str
    url: str
    commercial: bool
    attribution: str = ""
    terms_travel: bool = False

    @property
    def title(self) -> str:
        """Name of the licence for people; its identifier if it is not known."""
        return licence_title(self.licence)

    @property
    def demanding(self) -> bool:
        """Whether something must go with the output."""
        return bool(self.attribution) or self.terms_travel

    @property
    def notice(self) -> tuple[str, ...]:
        """What goes with the output, a sentence or address each: what, by whom, under which terms, their limit."""
        subject = self.subject[:1].upper() + self.subject[1:]
        words = self.attribution or (f"{subject}, {self.holder}" if self.holder else subject)
        limit = () if self.commercial else ("Not for commercial use.",)
        shared = ("To be passed on under the same licence only.",) if _shares_alike(self.licence) else ()
        return (
            _sentence(words),
            _sentence(f"Licence: {self.title}"),
            *((self.url,) if self.url else ()),
            *limit,
            *shared,
        )

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "UsedLicence":
        """From the JSON object that `to_json` makes."""
        return cls(**data)


def use_licence(
    *,
    subject: str,
    name: str,
    licence: str,
    holder: str,
    url: str,
    commercial: bool,
    attribution: str = "",
) -> UsedLicence:
    """Bring a record of an engine or voice together with what is known of its licence.

    Neither can make the other looser: output may be sold only if the record says so and no licence it names forbids it.
    Of a licence that is not known, the record is all there is.

    Args:
        subject: as `UsedLicence`.
        name: of the engine or voice for people.
        licence: SPDX expression.
        holder: who grants it.
        url: where the record says that the text stands; the licence's own address if empty.
        commercial: what the record says.
        attribution: words the record demands; made of name, holder and licence where only the licence demands some.
    """
    known = licences_named(licence)
    words = attribution
    if not words and any(each.attribution for each in known):
        words = ", ".join(filter(None, (name, holder, licence_title(licence))))
    return UsedLicence(
        subject=subject,
        licence=licence,
        holder=holder,
        url=url or next((each.url for each in known if each.url), ""),
        commercial=commercial and all(each.commercial for each in known),
        attribution=words,
        terms_travel=any(each.terms_travel for each in known),
    )


def forbidding(licences: Iterable[UsedLicence], *, commercial: bool) -> tuple[UsedLicence, ...]:
    """Those of some licences that do not allow a purpose, each once, in order.

    Args:
        licences: what was used.
        commercial: whether what is made is sold, or used where anybody is paid for it.
    """
    return tuple(dict.fromkeys(each for each in licences if commercial and not each.commercial))


def demanding(licences: Iterable[UsedLicence]) -> tuple[UsedLicence, ...]:
    """Those of some licences that ask for something to go with the output, each once, in order."""
    return tuple(dict.fromkeys(each for each in licences if each.demanding))


def licence_title(expression: str) -> str:
    """An SPDX expression in words; the expression itself where not all of it is known."""
    known = find_licence(expression)
    return known.title if known else expression


def licences_named(expression: str) -> tuple[Licence, ...]:
    """The known licences that an SPDX expression names, whether all of them apply or one can be chosen."""
    parts = (part for part in re.split(r"[\s()]+", expression) if part and part.upper() not in _OPERATORS)
    found = (find_licence(name) for name in (expression, *parts))
    return tuple(dict.fromkeys(licence for licence in found if licence is not None))


def find_licence(identifier: str) -> Licence | None:
    """A licence by SPDX identifier, which has no case; None if it is not known. Spaces are read as dashes.

    The choice of a version ("-or-later") asks nothing else. Other versions and ports of a Creative Commons licence ask
    what its version 4.0 does.
    """
    table = load_licences()
    plain = _VERSION_CHOICE.sub("", "-".join(identifier.split())).casefold()
    if plain in table:
        return table[plain]
    older = _CREATIVE_COMMONS.fullmatch(plain)
    if older is None:
        return None
    family, version, port = older.groups()
    known = table[f"{family}-{_KNOWN_VERSION}"]
    number = version or _KNOWN_VERSION
    title = f"{known.title.removesuffix(_KNOWN_VERSION)}{number}{port.replace('-', ' ').upper()}"
    return replace(known, id=identifier, title=title, url=known.url.replace(f"/{_KNOWN_VERSION}/", f"/{number}/"))


@cache
def load_licences(path: Path | None = None) -> dict[str, Licence]:
    """Read the table of licences, keyed by identifier in lower case.

    Raises:
        MissingError: the table is not there.
        InputError: the table is not valid, or names a licence twice.
    """
    try:
        table = path or shipped("voices", "licences.toml")
        data = tomllib.loads(table.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingError("the table of licences is missing", hint="Reinstall the package.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the table of licences is not valid TOML: {error}", where=str(table)) from error
    licences: dict[str, Licence] = {}
    for entry in data.get("licence", []):
        try:
            licence = Licence(**entry)
        except TypeError as error:
            raise InputError(f"a licence has a wrong field: {error}", where=str(table)) from error
        if licence.id.casefold() in licences:
            raise InputError(f"licence '{licence.id}' is listed twice", where=str(table))
        licences[licence.id.casefold()] = licence
    return licences


def _shares_alike(expression: str) -> bool:
    return any(each.share_alike for each in licences_named(expression))


def _sentence(text: str) -> str:
    return f"{' '.join(text.split()).rstrip('.')}."
