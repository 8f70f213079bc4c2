#!/bin/sh
# Set-up: ./setup.sh PYTHON VENV. Makes the virtual environment with pinned packages, and sees to
# Pango, the one library that does not come from PyPI.
set -eu
python=$1
venv=$2
packages="libpango-1.0-0 libpangoft2-1.0-0"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt() {
    command -v apt-get >/dev/null && as_root true && as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@"
}

install() { # install PACKAGE...: with apt when it may, else say the one line to run
    if ! apt "$@"; then
        echo "setup: please run this line, then try again:" >&2
        echo "    sudo apt-get install $*" >&2
        exit 3
    fi
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "setup: bookbuild needs Python 3.11 or newer; $python is not: make PYTHON=python3.12" >&2
    exit 3
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"

has_pango() {
    "$venv/bin/python" -c '
import ctypes.util, sys
sys.exit(not all(map(ctypes.util.find_library, ("pango-1.0", "pangoft2-1.0"))))'
}
has_pango || install $packages

"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint constraints.txt --editable '.[dev]'
