"""Identifiers of rows: short, unguessable enough to share in a URL, and safe in file names."""

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u to confuse by eye
_LENGTH = 12


def new_id() -> str:
    """Make a random identifier of 12 base-32 characters (60 bits)."""
    bits = secrets.token_bytes(_LENGTH)  # one call: a long book makes tens of thousands
    return "".join([_ALPHABET[byte & 31] for byte in bits])
