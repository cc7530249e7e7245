"""Value types of the field: one module a type, pure, no I/O, light to import.

``types`` is the one table from the type names of a pack to their parsers.
"""
