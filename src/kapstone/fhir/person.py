"""The Patient of a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kapstone.fhir.codes import identifiers_left_out
from kapstone.fhir.nodes import Node, NotTaken, concept
from kapstone.fhir.values import Address, Identifier, Origin, Person, Sex, When

SEXES: Mapping[str, Sex] = {
    "male": "male",
    "female": "female",
    "other": "other",
    "unknown": "unknown",
}
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
BIRTH_SEXES: Mapping[str, Sex] = {"M": "male", "F": "female"}
NAME_ORDER = ("official", "usual", None, "temp")
IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
OLDEST_YEARS = 130


def read_person(node: Node, origin: Origin) -> Person:
    """Read a Patient; a fact that is not written is None."""
    name = _name(node)
    deceased, died = _death(node)
    return Person(
        origin=origin,
        family=name.text("family") if name else None,
        given=name.texts("given") if name else (),
        full_name=name.text("text") if name and not name.has("family") else None,
        birth_date=_birth_date(node),
        sex=_sex(node),
        phone=_telecom(node, "phone"),
        email=_telecom(node, "email"),
        address=_address(node),
        deceased=deceased,
        died=died,
        identifiers=_identifiers(node),
        language=_language(node),
        birth_sex=_birth_sex(node),
    )


def _name(node: Node) -> Node | None:
    names = [name for name in node.nodes("name") if name.text("use") in NAME_ORDER]
    if not names:
        node.remark("name", "no present name is given")
        return None
    return min(names, key=lambda name: NAME_ORDER.index(name.text("use")))


def _birth_date(node: Node) -> When | None:
    born, now = node.when("birthDate"), node.margin.now
    if born and now and now.year - born.value.year > OLDEST_YEARS:
        node.remark("birthDate", f"{born.as_written!r} is too long ago; the date was left out")
        return None
    if born and isinstance(born.value, datetime):
        return When(born.value.date(), "day", born.as_written)
    return born


def _sex(node: Node) -> Sex | None:
    written = node.text("gender")
    if written is not None and written not in SEXES:
        node.remark("gender", f"{written!r} is not a FHIR gender; left out")
    return SEXES.get(written) if written else None


def _birth_sex(node: Node) -> Sex | None:
    """The sex recorded at birth; `gender` is administrative and may say something else."""
    codes = [
        one.text("valueCode") for one in node.nodes("extension") if one.text("url") == BIRTH_SEX
    ]
    return BIRTH_SEXES.get(codes[0]) if len(codes) == 1 and codes[0] else None


def _telecom(node: Node, system: str) -> str | None:
    found = [
        point
        for point in node.nodes("telecom")
        if point.text("system") == system and point.text("use") != "old" and point.has("value")
    ]
    return min(found, key=_rank).text("value") if found else None


def _rank(point: Node) -> float:
    rank = point.number("rank")
    return float("inf") if rank is None else rank


def _address(node: Node) -> Address | None:
    current = [address for address in node.nodes("address") if address.text("use") != "old"]
    if not current:
        return None
    first = current[0]
    lines = first.texts("line") or tuple(filter(None, [first.text("text")]))
    city, state = first.text("city"), first.text("state")
    return Address(lines, city, state, first.text("postalCode"), first.text("country"))


def _death(node: Node) -> tuple[bool | None, When | None]:
    if node.has("deceasedDateTime"):
        return True, node.when("deceasedDateTime")
    return node.flag("deceasedBoolean"), None


def _identifiers(node: Node) -> tuple[Identifier, ...]:
    taken = []
    for number in node.nodes("identifier"):
        kind = concept(number.node("type")).code_in(IDENTIFIER_TYPES)
        system, value = number.text("system"), number.text("value")
        if value is None or number.text("use") == "old":
            continue
        if why := identifiers_left_out().get(kind or "", identifiers_left_out().get(system or "")):
            number.remark("value", f"{why}; not needed for treatment, left out")
            continue
        taken.append(Identifier(system, value, kind))
    return tuple(taken)


def _language(node: Node) -> str | None:
    spoken = node.nodes("communication")
    preferred = [each for each in spoken if each.flag("preferred")] or spoken
    if not preferred:
        return None
    language = concept(preferred[0].node("language"))
    return next(iter(language.codes()), language.words())


def refuse_replaced(node: Node) -> None:
    """Raise NotTaken for a Patient record that another one has taken over."""
    if any(link.text("type") == "replaced-by" for link in node.nodes("link")):
        raise NotTaken("the Patient record has been replaced by another; export that one")
