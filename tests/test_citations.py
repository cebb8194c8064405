"""What rows cite can be looked up."""

from __future__ import annotations

import pytest

from kapstone.knowledge import KnowledgeError
from kapstone.knowledge.citations import cited


def test_a_citation_is_found_by_its_id() -> None:
    assert "esketamine" in cited("S01").citation


def test_an_unknown_citation_says_so() -> None:
    with pytest.raises(KnowledgeError, match="no such source: S00"):
        cited("S00")
