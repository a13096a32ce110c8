"""Fields, layouts and objects that administrators add without code. See docs/adr/0010 and definitions.py."""
