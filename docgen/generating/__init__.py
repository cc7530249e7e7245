"""Bulk runs: one master, a table of data, a hundred thousand papers."""
