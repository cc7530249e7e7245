"""Errors a user can cause: one family, each with one Chinese sentence that says what is wrong and what to do."""

from __future__ import annotations


class DocgenError(Exception):
    """Base of all errors shown to a user without a traceback; ``status`` is the exit status of the contract."""

    status = 2


class UsageError(DocgenError):
    """The call, the configuration or a data file is wrong: nothing was checked."""


class UnreadableError(DocgenError):
    """An input cannot be read (damaged, encrypted, empty, over a limit); the others are still checked."""

    status = 3
