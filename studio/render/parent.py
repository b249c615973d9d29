"""Worker processes end when the process that started them ends, however it ends."""

import os
import signal
import threading
import time

_POLL_S = 0.5


def end_with_parent() -> None:
    """Start a thread that kills this process as soon as its parent is gone; ignore the keyboard's interrupt.

    The parent decides what an interrupt means. A killed parent cannot tell its workers anything, so they look.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
