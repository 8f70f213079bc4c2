#!/bin/sh
# The programs that the heavier checks compare with: Ghostscript, qpdf, Poppler, Chromium, nginx; Ace
# by DAISY, and the OPDS library of the reading app Thorium, which go into the folder that is named as
# the first argument: tools.sh .venv/ace
set -eu
ace=$1
missing=""
need() { # need PROGRAM PACKAGE
    command -v "$1" >/dev/null || missing="$missing $2"
}
need gs ghostscript
need qpdf qpdf
need pdftoppm poppler-utils
need chromium chromium
need chromedriver chromium-driver
need node nodejs
need npm npm
command -v /usr/sbin/nginx >/dev/null || need nginx nginx-light
need systemd-analyze systemd
install_missing() {
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
}
[ -z "$missing" ] || install_missing

# Ace drives the Chromium at hand, so that none is downloaded with it.
PUPPETEER_SKIP_DOWNLOAD=1 npm install \
    --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --prefix "$ace" @daisy/ace-cli@1.4.6 r2-opds-js@1.0.47
