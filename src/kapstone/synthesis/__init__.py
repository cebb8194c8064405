"""Synthetic people and practices, made from published figures, with their truth known."""

from kapstone.synthesis.cast import Staff
from kapstone.synthesis.deeds import Event, deeds
from kapstone.synthesis.dosing import roles_that_tick
from kapstone.synthesis.model import Latent, draw, expected_phq9, gad7, phq9, state, suicide_item
from kapstone.synthesis.population import BLOCK, People, Plan, blocks, plan
from kapstone.synthesis.practice import Life, Practice, Truth, practice
from kapstone.synthesis.presets import Preset, preset, presets, without_integration_effect
from kapstone.synthesis.sheets import GAD7_ITEMS, PHQ9_ITEMS, gad7_items, phq9_items
from kapstone.synthesis.targets import Target, achieved, targets
from kapstone.synthesis.truth import Tally, of_each

__all__ = [
    "BLOCK",
    "GAD7_ITEMS",
    "PHQ9_ITEMS",
    "Event",
    "Latent",
    "Life",
    "People",
    "Plan",
    "Practice",
    "Preset",
    "Staff",
    "Tally",
    "Target",
    "Truth",
    "achieved",
    "blocks",
    "deeds",
    "draw",
    "expected_phq9",
    "gad7",
    "gad7_items",
    "of_each",
    "phq9",
    "phq9_items",
    "plan",
    "practice",
    "preset",
    "presets",
    "roles_that_tick",
    "state",
    "suicide_item",
    "targets",
    "without_integration_effect",
]
