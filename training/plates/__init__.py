"""Synthetic license plates: clean faces (`render_plate`), bad cameras (`degrade`), and what a locator
hands to the recognizer (`rectified_sample`)."""

from .degrade import degrade
from .plate import Plate
from .render import FAMILIES, render_plate
from .sample import INPUT_H, INPUT_W, rectified_sample

__all__ = ["FAMILIES", "INPUT_H", "INPUT_W", "Plate", "degrade", "rectified_sample", "render_plate"]
