"""Frozen values that every layer shares. Standard library only; no I/O, no clock, no other layer."""
