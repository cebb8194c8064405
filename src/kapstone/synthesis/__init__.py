"""Synthetic people and practices, made from published figures, with their truth known."""

from kapstone.synthesis.cast import Staff
from kapstone.synthesis.deeds import Event, deeds
from kapstone.synthesis.dosing import roles_that_tick
from kapstone.synthesis.model import Latent, draw, expected_phq9, gad7, phq9, state, suicide_item
from kapstone.synthesis.practice import Life, Practice, Truth, practice
from kapstone.synthesis.presets import Preset, preset, presets, without_integration_effect
from kapstone.synthesis.sheets import GAD7_ITEMS, PHQ9_ITEMS, gad7_items, phq9_items

__all__ = [
    "GAD7_ITEMS",
    "PHQ9_ITEMS",
    "Event",
    "Latent",
    "Life",
    "Practice",
    "Preset",
    "Staff",
    "Truth",
    "deeds",
    "draw",
    "expected_phq9",
    "gad7",
    "gad7_items",
    "phq9",
    "phq9_items",
    "practice",
    "preset",
    "presets",
    "roles_that_tick",
    "state",
    "suicide_item",
    "without_integration_effect",
]
