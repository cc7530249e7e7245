"""A PDF signed with the office's certificate (PKCS#12), by pyHanko: the extra ``sign``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "DOCGEN_SIGN_PASSWORD"  # noqa: S105  the name of the variable, not a password
"""The environment variable that holds the certificate's password; it is never taken from the command line."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a ``.p12`` or ``.pfx`` file and its password."""

    path: Path
    password: str = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """``data`` (a PDF) with an invisible signature added; PDF/A stays PDF/A. Raises UsageError."""
        raise NotImplementedError
