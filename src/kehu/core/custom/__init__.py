"""Fields, layouts and objects that administrators add without code. See docs/adr/0012 and definitions.py."""
