"""Telling NetBox what became of a sync: status, journal, records, inventory; each once and nothing twice."""
