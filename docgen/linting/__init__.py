"""Lint of official documents: what they say against the law in force (``content``), how they look against GB/T 9704."""
