"""Errors a user can cause: one family, each with one Chinese sentence that says what is wrong and what to do."""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EACCES: "没有权限，或正被 Word、WPS 打开",
    errno.EPERM: "没有权限，或正被 Word、WPS 打开",
    errno.EROFS: "所在的盘只能读不能写",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EEXIST: "已有同名的文件",
}


def reason(error: OSError) -> str:
    """Why the system refused a file, in Chinese; its own words where we have none."""
    return _REASONS.get(error.errno or 0, error.strerror or "系统没有说明原因")


class DocgenError(Exception):
    """Base of all errors shown to a user without a traceback; ``status`` is the exit status of the contract."""

    status = 2


class UsageError(DocgenError):
    """The call, the configuration or a data file is wrong: nothing was checked."""


class UnreadableError(DocgenError):
    """An input cannot be read (damaged, encrypted, empty, over a limit); the others are still checked."""

    status = 3
