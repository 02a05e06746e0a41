"""Arithmetic on plain values: integer histograms, the release gate, and what may be said about a released number."""
