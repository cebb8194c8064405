"""A lock on a file, given in the order in which it was asked for, and waited for only so long."""

from __future__ import annotations

import fcntl
import os
import threading


def take(name: str, within_s: float) -> int | None:
    """The open file whose lock is held, to be closed with it; None when it did not come in time."""
    file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Waiting(file).until(within_s)
    return file


class Waiting:
    """A place in the row. The system lets nobody wait for a while only, so a thread waits."""

    def __init__(self, file: int) -> None:
        self.file = file
        self.settling = threading.Lock()
        self.came = threading.Event()
        self.given_up = False

    def until(self, within_s: float) -> int | None:
        threading.Thread(target=self.wait, daemon=True).start()
        if self.came.wait(within_s):
            return self.file
        with self.settling:
            self.given_up = not self.came.is_set()
        return None if self.given_up else self.file

    def wait(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_EX)
        with self.settling:
            if self.given_up:
                os.close(self.file)
            else:
                self.came.set()
