"""Reads a drawing back; anything that is not well-formed XML raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat


@dataclass
class Element:
    """One element with its attributes and its own text."""

    name: str
    attributes: dict[str, str]
    words: str = ""

    @property
    def kind(self) -> str:
        return self.attributes.get("class", "")


def drawn(svg: str) -> list[Element]:
    """Every element in order of its opening; raises ExpatError for what is not XML."""
    found: list[Element] = []
    open_: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(name, attributes))
        open_.append(found[-1])

    def words(text: str) -> None:
        open_[-1].words += text

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: open_.pop()
    parser.CharacterDataHandler = words
    parser.Parse(svg, True)
    return found


def of_kind(svg: str, kind: str) -> list[Element]:
    return [each for each in drawn(svg) if each.kind == kind]


def words(svg: str) -> list[str]:
    return [each.words for each in drawn(svg) if each.name == "text"]


def points(element: Element) -> list[tuple[float, float]]:
    """The places that a path goes through."""
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", element.attributes["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def places(svg: str) -> list[tuple[float, float]]:
    """Where the values stand."""
    return [
        (float(each.attributes["cx"]), float(each.attributes["cy"]))
        for each in of_kind(svg, "c-point")
    ]
