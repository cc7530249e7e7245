#!/bin/sh
# Sets docgen up in .venv and checks a sample. Debian or Ubuntu, Python 3.11 or newer; run it from anywhere.
set -eu
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
python=
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$name
        break
    fi
done
[ -n "$python" ] || { echo "需要 Python 3.11 或更新的版本（apt-get install python3 python3-venv）" >&2; exit 2; }
if [ ! -x .venv/bin/pip ] && ! "$python" -m venv .venv 2>/dev/null; then
    echo "安装 python3-venv …" >&2
    rm -rf .venv
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends "$(basename "$(readlink -f "$(command -v "$python")")")-venv" >/dev/null
    "$python" -m venv .venv
fi
.venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt .
echo "docgen 已装好。检查一份有问题的样例：" >&2
status=0
.venv/bin/docgen check examples/cq-grad-flexible-si-subsidy.flawed.pdf --received 2025-08-20 --facts examples/cq-grad-flexible-si-subsidy.facts.yaml || status=$?
[ "$status" -eq 1 ] # 1: the sample has faults, and they were found
