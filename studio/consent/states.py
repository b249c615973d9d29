"""The life of a consent record: its states, who may move it, and what can never be undone.

    draft → requested → given → verified ⇄ suspended
    ends: refused, expired, withdrawn (by the subject), revoked (by another party), invalidated, superseded

After the lifecycle of the Data Privacy Vocabulary (W3C DPV, guide to ISO/IEC TS 27560): `withdrawn` and `revoked` are
two different facts. An end is final: a renewal is a new record that supersedes the old one.
"""

from enum import StrEnum

from studio.core.errors import ConflictError


class ConsentState(StrEnum):
    """Where a consent record stands."""

    DRAFT = "draft"
    REQUESTED = "requested"
    GIVEN = "given"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    INVALIDATED = "invalidated"
    SUPERSEDED = "superseded"


ENDS = frozenset({
    ConsentState.REFUSED,
    ConsentState.EXPIRED,
    ConsentState.WITHDRAWN,
    ConsentState.REVOKED,
    ConsentState.INVALIDATED,
    ConsentState.SUPERSEDED,
})  # fmt: skip
PURGED_ENDS = frozenset({
    ConsentState.REFUSED,
    ConsentState.WITHDRAWN,
    ConsentState.REVOKED,
    ConsentState.INVALIDATED,
})  # fmt: skip
"""Ends after which everything that holds the voice is destroyed at once; an expired or superseded record is kept until
its retention ends, so that a renewal makes nothing anew."""

_ALLOWED = {
    ConsentState.DRAFT: {ConsentState.REQUESTED, ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN},
    ConsentState.REQUESTED: {ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.DRAFT},
    ConsentState.GIVEN: {
        ConsentState.VERIFIED,
        ConsentState.GIVEN,
        ConsentState.REFUSED,
        ConsentState.WITHDRAWN,
        ConsentState.REVOKED,
        ConsentState.EXPIRED,
        ConsentState.INVALIDATED,
        ConsentState.SUPERSEDED,
    },
    ConsentState.VERIFIED: {
        ConsentState.SUSPENDED,
        ConsentState.WITHDRAWN,
        ConsentState.REVOKED,
        ConsentState.EXPIRED,
        ConsentState.INVALIDATED,
        ConsentState.SUPERSEDED,
    },
    ConsentState.SUSPENDED: {
        ConsentState.VERIFIED,
        ConsentState.WITHDRAWN,
        ConsentState.REVOKED,
        ConsentState.EXPIRED,
        ConsentState.INVALIDATED,
        ConsentState.SUPERSEDED,
    },
}


def check_transition(old: ConsentState, new: ConsentState) -> None:
    """See that a record may go from one state to another.

    Raises:
        ConflictError: it may not.
    """
    if new in _ALLOWED.get(old, set()):
        return
    if old in ENDS:
        raise ConflictError(
            f"this consent is {old} and that is final", hint="Make a new record that supersedes it: studio consent new."
        )
    raise ConflictError(f"a consent that is {old} cannot become {new}")
