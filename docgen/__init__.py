"""The office: reads paper, asks ``checkers``, writes paper."""

__version__ = "0.1.0"
