"""A PDF signed with the office's certificate (PKCS#12), by pyHanko: the extra ``sign``."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason

PASSWORD = "DOCGEN_SIGN_PASSWORD"  # noqa: S105  the name of the variable, not a password
"""The environment variable that holds the certificate's password; it is never taken from the command line."""
MISSING = "给 PDF 签名需要安装签名组件：pip install 'docgen[sign]'。"
_FIELD = "docgen"


@dataclass(frozen=True)
class Signer:
    """Who signs: a ``.p12`` or ``.pfx`` file and its password.

    Raises UsageError at once when the extra is not installed, or the file or the password is wrong; may be used by several threads.
    """

    path: Path
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if find_spec("pyhanko") is None:
            raise UsageError(MISSING)
        _ = self._signer

    @classmethod
    def asking(cls, path: Path) -> Signer:
        """With the password of ``DOCGEN_SIGN_PASSWORD`` or, at a terminal, asked for without showing it. Raises UsageError."""
        password = os.environ.get(PASSWORD)
        if password is None:
            if not sys.stdin.isatty():
                raise UsageError(f"给 PDF 签名需要证书 {path} 的密码：请放在环境变量 {PASSWORD} 里。")
            from getpass import getpass

            password = getpass(f"证书 {path} 的密码：")
        return cls(path, password)

    def mark(self) -> str:
        """Tells this certificate from others: the SHA-256 of the certificate itself, in hex."""
        return str(self._signer.signing_cert.sha256.hex())

    def sign(self, data: bytes) -> bytes:
        """``data`` (a PDF) with an invisible signature added; PDF/A stays PDF/A. Raises UsageError."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import signers
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.general import SigningError

        given = signers.PdfSignatureMetadata(field_name=_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        try:
            signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), given, signer=self._signer)
        except (PdfError, SigningError, ValueError) as error:
            raise UsageError(f"给 PDF 签名失败：{error}。") from error
        return bytes(signed.getvalue())

    @cached_property
    def _signer(self) -> Any:
        """pyHanko's own; the file is read once, and its key is never written anywhere."""
        from pyhanko.sign import signers

        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise UsageError(f"读不了证书 {self.path}：{reason(error)}。") from error
        try:
            signer = signers.SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=self.password.encode())
        except (ValueError, TypeError) as error:
            raise UsageError(f"打不开证书 {self.path}：密码不对，或者不是 .p12、.pfx 文件。") from error
        if signer is None or signer.signing_cert is None:
            raise UsageError(f"打不开证书 {self.path}：密码不对，或者里面没有带私钥的证书。")
        return signer
