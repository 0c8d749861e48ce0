"""Plate locator: finds the four corners of every licence plate in a picture."""
