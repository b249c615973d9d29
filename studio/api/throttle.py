"""Guessing made slow: one wrong guess at a time for each client, and half a second for each."""

import asyncio
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

import anyio.to_thread

_WRONG_GUESS_S = 0.5
_CHECKS_AT_ONCE = 2
"""Password checks that run together: each needs a processor and many megabytes for a moment."""

T = TypeVar("T")


class Throttle:
    """Runs checks of secrets off the event loop; a client that guessed wrong waits, and with it its next guess."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def guess(self, client: str, check: Callable[[], T | None]) -> T | None:
        """What a check of a secret gives; None, late, if the secret is wrong.

        Args:
            client: address that the guess came from.
            check: blocking; None for a wrong secret.
        """
        turn = self._turns.setdefault(client, asyncio.Lock())
        async with turn:
            async with self._checks:
                found = await anyio.to_thread.run_sync(check)
            if found is None:
                await asyncio.sleep(_WRONG_GUESS_S)
            return found
