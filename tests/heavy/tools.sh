#!/bin/sh
# The programs that the heavier checks compare with: Ghostscript, qpdf, Poppler, Chromium.
set -eu
missing=""
need() { # need PROGRAM PACKAGE
    command -v "$1" >/dev/null || missing="$missing $2"
}
need gs ghostscript
need qpdf qpdf
need pdftoppm poppler-utils
need chromium chromium
need chromedriver chromium-driver
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then sudo=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo -n"
else sudo="no"
fi
if [ "$sudo" = "no" ] || ! command -v apt-get >/dev/null; then
    echo "check: please run this line, then try again:" >&2
    echo "    sudo apt-get install$missing" >&2
    exit 3
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
