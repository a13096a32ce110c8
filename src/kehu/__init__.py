"""Kehu: a CRM that closes the loop from campaign to cash."""

__version__ = "0.1.0"
