#!/usr/bin/env bash
# Runs the commands of the README's walk-through, word for word, against bin/server on port 4242, and checks what they
# print: in Go, in Python, in Rust. `make walkthroughs` builds bin/server first.
set -euo pipefail
cd "$(dirname "$0")/.."
. clients/venv.sh

target="$(realpath -m "${CARGO_TARGET_DIR:-target}")"
mkdir -p "$target/walkthroughs"

unable() { # LANGUAGE REASON
    if [ -n "${CI:-}" ]; then
        echo "the walk-through in $1 cannot be run: $2" >&2
        exit 1
    fi
    echo "skipped: the walk-through in $1, as $2"
}

follow() { # LANGUAGE COMMAND...
    local language="$1" said="$target/walkthroughs/$1"
    shift
    echo "+ $*"
    "$@" | tee "$said"
    for step in Init Match Cancel; do
        grep -q "$step" "$said" || { echo "the walk-through in $language did not print $step" >&2; exit 1; }
    done
}

said="$target/walkthroughs/server"
rm -f "$said"
mkfifo "$said"
./bin/server >"$said" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
exec 3<"$said"
# the first thing that the server says is where it listens, or why it cannot
read -r listening <&3
case "$listening" in
    *listening*4242*) echo "$listening" ;;
    *) echo "$listening" >&2 && exit 1 ;;
esac

if command -v go >/dev/null 2>&1; then
    follow Go go run examples/go/example.go --jobspec ./examples/go/jobspec.yaml
else
    unable Go "go is missing"
fi

if python3 -c 'import ensurepip' 2>/dev/null; then
    venv "$target/clients/walkthrough" clients/python/requirements/test.txt
    PATH="$target/clients/walkthrough/bin:$PATH"
    python -m pip install --quiet --disable-pip-version-check ./clients/python
    rm -rf clients/python/build clients/python/src/*.egg-info
    follow Python python ./examples/python/example.py
else
    unable Python "python3 or its venv is missing"
fi

follow Rust cargo run --quiet --locked -p fluxion-client --example walkthrough
