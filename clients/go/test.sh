#!/usr/bin/env bash
# Tests the Go client against a real server; checks its format, and that the example builds.
set -euo pipefail
cd "$(dirname "$0")/../.."

unable() { # REASON
    if [ -n "${CI:-}" ]; then
        echo "the Go client cannot be tested: $1" >&2
        exit 1
    fi
    echo "skipped: the tests of the Go client, as $1"
    exit 0
}

command -v go >/dev/null 2>&1 || unable "go is missing"
go version | grep -Eq 'go(1\.(19|[2-9][0-9])|[2-9])' || unable "go is older than 1.19"
go mod download 2>/dev/null || (cd clients/go && GOWORK=off go mod download) || unable "its modules cannot be had"

unformatted="$(gofmt -l clients/go examples/go)"
[ -z "$unformatted" ] || { echo "gofmt: $unformatted" >&2; exit 1; }
set -x
go vet ./clients/go/... ./examples/go/...
go test -count=1 "$@" ./clients/go/...
