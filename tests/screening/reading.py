"""How many years of school a text asks of its reader, by Flesch and Kincaid."""

from __future__ import annotations

import re

HARDEST_GRADE = 8
SHORT = 10
SILENT = re.compile(r"(?:[^laeiouy]es|[^aeiouyld]ed|[^laeiouy]e)$")


def grade(text: str) -> float:
    """Flesch-Kincaid: 0.39 words per sentence + 11.8 syllables per word - 15.59."""
    sentences = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    heard = SILENT.sub("", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", heard)))


def too_hard(texts: list[str]) -> dict[str, float]:
    long = [text for text in texts if len(text.split()) > SHORT]
    return {text: round(grade(text), 1) for text in long if grade(text) > HARDEST_GRADE}
