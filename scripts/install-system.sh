#!/bin/sh
# Install the Debian packages of requirements-system.txt. Needs root and apt.
set -eu
here=$(dirname "$0")
packages=$(grep -v '^#' "$here/../requirements-system.txt")
if ! command -v apt-get >/dev/null 2>&1; then
    echo "apt-get não existe aqui: instale à mão: $(echo $packages)" >&2
    exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
# A service start refused by policy is no problem, nor one that starts: tests start their own servers.
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages
