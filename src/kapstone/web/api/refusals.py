"""A call that is not answered, with what was wrong, where, and what to do."""

from __future__ import annotations


class NotAnswered(Exception):
    """`status` is the HTTP status, `words` one line for the developer at the other end."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
