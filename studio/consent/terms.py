"""What a consent allows: the terms that the gate enforces, and those that are documented."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from langcodes import tag_is_valid
from pydantic import ConfigDict

from studio.consent.json_form import STRICT
from studio.core.errors import InputError

USES = ("audiobook", "ad", "ivr", "e-learning", "podcast", "game", "film-dub", "demo", "internal")
CONTENT = (
    "adult", "political", "religion", "gambling", "alcohol-tobacco", "medical-claims", "hate", "defamation",
)  # fmt: skip
MIN_DESCRIPTION = 80
"""Characters a description of the intended uses must have: California Labor Code 927 and New York GOL 5-302 void a
replica clause without a reasonably specific one."""
VAGUE = ("any and all", "all media", "now known or hereafter", "in perpetuity", "perpetuity", "throughout the universe")

Survival = Literal["stay", "take-down"]
Basis = Literal["none", "flat", "per-finished-hour", "royalty"]


@dataclass(frozen=True, slots=True)
class Compensation:
    """What the voice owner is paid (documented, and the ground of the statement of account).

    Attributes:
        basis: "none", "flat", "per-finished-hour" or "royalty".
        amount: in `currency`, as a decimal number in text; a percentage for a royalty; empty for none.
        currency: ISO 4217.
        status: "agreed", "due" or "paid".
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    basis: Basis = "none"
    amount: str = ""
    currency: str = ""
    status: str = "agreed"


@dataclass(frozen=True, slots=True)
class Terms:
    """The scope of a consent.

    Enforced by the gate: uses, projects, languages, first and last day, max_finished_minutes, excluded_content,
    excluded_deliveries, project_approval, final_approval, survival. Documented: the rest.

    Attributes:
        uses: some of `USES`.
        description: what the voice will be used for, specific enough to be understood (at least 80 characters).
        languages: BCP 47 tags; "en" covers every English, "en-GB" only British.
        first_day: first day it is valid, in `time_zone`.
        last_day: last day it is valid, inclusive, in `time_zone`.
        time_zone: IANA name.
        projects: project ids it is limited to; empty for any project within the uses.
        max_finished_minutes: quota of rendered speech; None for none.
        excluded_content: what the voice must not be used for: some of `CONTENT`, or words of the owner's own.
        excluded_deliveries: emotions or styles the voice must not be rendered in ("shout", "whisper").
        project_approval: the owner approves each project before anything is rendered for it.
        final_approval: the owner approves the final audio before it is delivered.
        survival: whether finished works may stay after the end, or are taken down.
        take_down_days: days to take finished works down in.
        territories: where works may be sold; empty for worldwide (documented).
        exclusivity: what the owner promises not to do elsewhere (documented).
        sublicence: to whom the studio may pass the right on; empty for nobody (documented).
        credit: how the owner is credited ("Jane Doe"); empty for the subject's credit name.
        compensation: what is paid.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    uses: tuple[str, ...]
    description: str
    languages: tuple[str, ...]
    first_day: date
    last_day: date
    time_zone: str = "UTC"
    projects: tuple[str, ...] = ()
    max_finished_minutes: float | None = None
    excluded_content: tuple[str, ...] = ()
    excluded_deliveries: tuple[str, ...] = ()
    project_approval: bool = False
    final_approval: bool = False
    survival: Survival = "stay"
    take_down_days: int = 30
    territories: tuple[str, ...] = ()
    exclusivity: str = ""
    sublicence: str = ""
    credit: str = ""
    compensation: Compensation = field(default_factory=Compensation)

    @property
    def not_before(self) -> datetime:
        """First instant it is valid, in UTC."""
        return datetime.combine(self.first_day, time.min, ZoneInfo(self.time_zone)).astimezone(UTC)

    @property
    def not_after(self) -> datetime:
        """First instant it is valid no more, in UTC: midnight after the last day in the record's own zone."""
        return datetime.combine(self.last_day + timedelta(days=1), time.min, ZoneInfo(self.time_zone)).astimezone(UTC)

    def covers_language(self, language: str) -> bool:
        """Whether something may be said in a language: the tag itself, or a wider one, is listed."""
        wanted = language.lower()
        return any(wanted == tag.lower() or wanted.startswith(f"{tag.lower()}-") for tag in self.languages)


def check_terms(terms: Terms) -> tuple[str, ...]:
    """See that terms are complete; returns warnings in plain sentences.

    Raises:
        InputError: something is missing or contradicts itself.
    """
    _require(bool(terms.uses), "no use is named", f"Name some of: {', '.join(USES)}.")
    unknown = set(terms.uses) - set(USES)
    _require(not unknown, f"'{min(unknown, default='')}' is not a use", f"Uses are {', '.join(USES)}.")
    _require(bool(terms.languages), "no language is named", "Name one such as en or en-GB.")
    bad = next((tag for tag in terms.languages if not tag_is_valid(tag)), None)
    _require(bad is None, f"'{bad}' is not a language tag", "Write it like en or en-GB.")
    try:
        ZoneInfo(terms.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"'{terms.time_zone}' is not a time zone", hint="Write it like Europe/Dublin.") from error
    _require(terms.first_day <= terms.last_day, "the last day is before the first", "Set the days right.")
    _require(
        len(terms.description.strip()) >= MIN_DESCRIPTION,
        f"the description of the uses has {len(terms.description.strip())} characters",
        f"Say in at least {MIN_DESCRIPTION} what the voice will be used for: work, roles, where it will be heard.",
    )
    quota = terms.max_finished_minutes
    _require(quota is None or quota > 0, "the quota of finished minutes is not above zero", "Leave it empty for none.")
    _require(terms.take_down_days >= 0, "the days for taking down are below zero", "Give 0 or more.")
    _require(terms.survival in {"stay", "take-down"}, "survival is neither stay nor take-down", "Choose one.")
    _check_compensation(terms.compensation)
    return _warnings(terms)


def _check_compensation(pay: Compensation) -> None:
    _require(pay.basis in {"none", "flat", "per-finished-hour", "royalty"}, f"'{pay.basis}' is not a basis of pay", "")
    if pay.basis == "none":
        return
    try:
        amount = Decimal(pay.amount)
    except InvalidOperation:
        amount = Decimal(-1)
    _require(amount.is_finite() and amount > 0, "the compensation has no amount", "Write it like 250.00.")
    currency = pay.currency
    named = len(currency) == 3 and currency.isascii() and currency.isupper()  # noqa: PLR2004 - ISO 4217
    _require(named or pay.basis == "royalty", "the compensation has no currency", "Write it like EUR.")


def _warnings(terms: Terms) -> tuple[str, ...]:
    found = [f"the description says “{phrase}”" for phrase in VAGUE if phrase in terms.description.lower()]
    warnings = [f"{each}: a court may find that too vague to bind; name the works." for each in found]
    if (terms.last_day - terms.first_day).days > 3 * 366:
        warnings.append("the term is longer than three years: voice data must be destroyed three years after last use.")
    if not terms.excluded_content:
        warnings.append("no kind of content is excluded; ask the voice owner.")
    return tuple(warnings)


def _require(holds: bool, message: str, hint: str) -> None:
    if not holds:
        raise InputError(message, where="terms", hint=hint)
