"""Tests of the rehearsal campaign."""
