#!/usr/bin/env bash
# Renders the chart and the kustomizations, and holds them, the alert rules and the board against a real server:
# FLUXION_SERVER names the fluxion command.
set -euo pipefail
cd "$(dirname "$0")"
export GOWORK=off

unable() { # REASON
    if [ -n "${CI:-}" ]; then
        echo "charts, alert rules and board cannot be tested: $1" >&2
        exit 1
    fi
    echo "skipped: the tests of charts, alert rules and board, as $1"
    exit 0
}

command -v go >/dev/null 2>&1 || unable "go is missing"
# from 1.21 on it fetches the version that go.mod asks for
go version | grep -Eq 'go(1\.(2[1-9]|[3-9][0-9])|[2-9])' || unable "go is older than 1.21"
# only what is compiled, and not all that the tools could be built with
go list -deps -test ./... >/dev/null 2>&1 || unable "its modules cannot be had"

unformatted="$(gofmt -l .)"
[ -z "$unformatted" ] || { echo "gofmt: $unformatted" >&2; exit 1; }
set -x
go vet ./...
go test -count=1 "$@" ./...
