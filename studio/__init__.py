"""Viva Voce: an audiobook and voice-over studio with consented voices."""

__version__ = "0.1.0"
