"""What every runner shares: requests and answers as lines of JSON, on the peer's own interpreter."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def serve(tasks: dict[str, Callable[[dict[str, Any]], Any]]) -> None:
    """Answer each request of standard input; what a peer prints goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        started = time.perf_counter()
        try:
            answer = {"answer": tasks[request["task"]](request)}
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its result
            answer = {"error": f"{type(error).__name__}: {error}"}
        answer["took_s"] = time.perf_counter() - started
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
