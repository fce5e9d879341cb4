#!/usr/bin/env bash
# Tests the Python client against a real server, in a virtual environment under target/; checks its types.
set -euo pipefail
cd "$(dirname "$0")/../.."
. clients/venv.sh

target="$(realpath -m "${CARGO_TARGET_DIR:-target}")"
environment="$target/clients/test"

unable() { # REASON
    if [ -n "${CI:-}" ]; then
        echo "the Python client cannot be tested: $1" >&2
        exit 1
    fi
    echo "skipped: the tests of the Python client, as $1"
    exit 0
}

command -v python3 >/dev/null 2>&1 || unable "python3 is missing"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || unable "python3 is older than 3.9"
python3 -c 'import ensurepip' 2>/dev/null || unable "python3 has no venv (Debian: apt install python3-venv)"
venv "$environment" clients/python/requirements/test.txt || unable "its requirements cannot be installed"

set -x
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --force-reinstall ./clients/python
rm -rf clients/python/build clients/python/src/*.egg-info
cd clients/python
"$environment/bin/python" -m mypy --cache-dir "$target/clients/mypy"
"$environment/bin/python" -m pytest -p no:cacheprovider "$@"
