"""The consent as it was signed, as a tagged PDF that will still open in thirty years."""

from __future__ import annotations

from typing import Any

from kapstone.consent import Element, ReadBack, Signature, SignedConsent, read_back_questions
from kapstone.documents.printing import compiled, moment

CHOICE = {True: "Yes", False: "No", None: "No answer, so no"}
SIGNERS = {
    "person": "The person treated",
    "clinician": "Clinician",
    "second_clinician": "Second clinician",
}


def consent_pdf(signed: SignedConsent) -> bytes:
    """The signed consent as PDF/A-2a and PDF/UA-1; the same consent gives the same bytes.

    Holds the words signed, each choice, the read-back, and for each signature the printed name, the
    time with its zone and the meaning [21 CFR 11.50].
    Raises ValueError for a consent without a signature.
    """
    if not signed.signatures:
        raise ValueError(f"consent {signed.document.version}: nobody has signed")
    at = max(signature.at for signature in signed.signatures)
    return compiled("consent.typ", page_data(signed), at=at)


def page_data(signed: SignedConsent) -> dict[str, Any]:
    text = signed.document
    return {
        "title": text.title,
        "practice": text.practice,
        "footer": f"{text.practice}  \u00b7  version {text.version}  \u00b7  {text.digest[:16]}",
        "page_word": "Page",
        "of_word": "of",
        "answer_word": "Your answer",
        "summary": summary(signed),
        "sections": [
            {
                "title": section.title,
                "intro": section.intro,
                "elements": [element_data(one, signed) for one in section.elements],
            }
            for section in text.sections
        ],
        "read_back_title": "What you told us back",
        "read_back_head": ["Question", "Result"],
        "read_back": read_back_rows(signed.read_back),
        "signatures_title": "Signatures" if len(signed.signatures) > 1 else "Signature",
        "signatures": [signature_data(one) for one in signed.signatures],
    }


def summary(signed: SignedConsent) -> list[tuple[str, str]]:
    first = signed.signatures[0]
    return [
        ("Signed by", first.name),
        ("Signed on", moment(first.at)),
        ("Version", signed.document.version),
        ("Digest of the words (SHA-256)", in_groups(signed.document.digest)),
    ]


def element_data(element: Element, signed: SignedConsent) -> dict[str, Any]:
    origin = ["words of the practice"] if element.basis == "DEFAULT" else []
    return {
        "title": element.title,
        "words": element.words,
        "answer": CHOICE[signed.choices.get(element.id)] if element.choice else None,
        "trace": "  \u00b7  ".join([element.id, *origin, ", ".join(element.sources)]).rstrip(
            " \u00b7"
        ),
    }


def read_back_rows(read_back: ReadBack) -> list[tuple[str, str]]:
    asked = {question.id: question.ask for question in read_back_questions(None)}
    wrong = [name for name, _ in read_back.wrong]
    results = {
        **dict.fromkeys(read_back.right, "Understood"),
        **dict.fromkeys(wrong, "Not yet understood"),
        **dict.fromkeys(read_back.missing, "Not answered"),
    }
    return [(words, results[name]) for name, words in asked.items() if name in results]


def signature_data(signature: Signature) -> dict[str, Any]:
    return {
        "name": signature.name,
        "meaning": signature.meaning,
        "facts": [
            ("Signed as", SIGNERS.get(signature.role, signature.role)),
            ("Date and time", moment(signature.at)),
        ],
    }


def in_groups(digest: str) -> str:
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
