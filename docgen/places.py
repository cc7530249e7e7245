"""Where the data folders are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

from docgen.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """``templates/`` of the checkout, or ``docgen/_templates`` of the wheel (hatch force-include). Raises UsageError."""
    for place in (_PACKAGE / "_templates", _PACKAGE.parent / "templates"):
        if (place / "forms").is_dir():
            return place
    raise UsageError("找不到模板文件夹 templates：安装不完整，请重新安装 docgen。")
