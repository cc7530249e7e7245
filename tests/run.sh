#!/bin/sh
# Sets up and runs all tests. Installs LibreOffice and fonts from Debian or Ubuntu when they are not there.
set -eu
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=
command -v soffice >/dev/null || missing="$missing libreoffice-writer libreoffice-calc"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
if [ -n "$missing" ]; then
    echo "安装测试要用的软件：$missing" >&2
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
[ -x .venv/bin/docgen ] || sh examples/try.sh >/dev/null
.venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ocr,sign,cluster]'
exec .venv/bin/python -m pytest -n 2 "$@"
