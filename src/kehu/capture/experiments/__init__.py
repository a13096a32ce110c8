"""Tests of one way against another: reading, comparing, judging. Knows no models."""
