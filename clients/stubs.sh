#!/usr/bin/env bash
# Generates the stubs of the clients from proto/, with tools of pinned versions under target/.
#
#   clients/stubs.sh go       write clients/go/pkg/fluxion-grpc and clients/go/pkg/fluxion/v1
#   clients/stubs.sh python   write clients/python/src/fluxion/protos and clients/python/src/fluxion/v1
#   clients/stubs.sh check    fail unless the files there are what the two above make
#
# protoc comes with grpcio-tools, so that nothing but Python (with venv) and Go need be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

PROTOC_GEN_GO=v1.34.2
PROTOC_GEN_GO_GRPC=v1.5.1
GO_MODULE=github.com/fluxion-rs/fluxion/clients/go
GO_STUBS=pkg/fluxion-grpc
GO_STUBS_V1=pkg/fluxion/v1
PYTHON_STUBS=fluxion/protos
PYTHON_V1_STUBS=fluxion/v1

tools="$(realpath -m "${CARGO_TARGET_DIR:-target}")/clients/stubs"
. clients/venv.sh

need() { # COMMAND WHY
    command -v "$1" >/dev/null 2>&1 && return
    echo "$1 is missing: $2" >&2
    exit 1
}

protoc() {
    PATH="$tools/go:$tools/venv/bin:$PATH" "$tools/venv/bin/python" -m grpc_tools.protoc "$@"
}

python_tools() {
    need python3 "it runs protoc"
    venv "$tools/venv" clients/python/requirements/stubs.txt
}

go_tools() {
    need go "it builds protoc-gen-go and protoc-gen-go-grpc"
    GOWORK=off GOBIN="$tools/go" go install "google.golang.org/protobuf/cmd/protoc-gen-go@$PROTOC_GEN_GO"
    GOWORK=off GOBIN="$tools/go" go install "google.golang.org/grpc/cmd/protoc-gen-go-grpc@$PROTOC_GEN_GO_GRPC"
}

# The published definition names the published package; the stubs are a package of this module.
generate_go() { # MODULE_FOLDER
    local package="Mfluxion.proto=$GO_MODULE/$GO_STUBS"
    mkdir -p "$1"
    protoc --proto_path=proto \
        --go_out="$1" --go_opt=module="$GO_MODULE" --go_opt="$package" \
        --go-grpc_out="$1" --go-grpc_opt=module="$GO_MODULE" --go-grpc_opt="$package" \
        fluxion.proto
    protoc --proto_path=proto \
        --go_out="$1" --go_opt=module="$GO_MODULE" \
        --go-grpc_out="$1" --go-grpc_opt=module="$GO_MODULE" \
        proto/fluxion/v1/*.proto
}

# The mapped path makes the stubs import each other as members of the package `fluxion`; those of v1 do so anyway.
generate_python() { # SOURCE_FOLDER
    mkdir -p "$1/$PYTHON_STUBS" "$1/$PYTHON_V1_STUBS"
    : >"$1/$PYTHON_STUBS/__init__.py"
    : >"$1/$PYTHON_V1_STUBS/__init__.py"
    protoc_python "$1" --proto_path="$PYTHON_STUBS=proto" "$PYTHON_STUBS/fluxion.proto"
    protoc_python "$1" --proto_path=proto proto/fluxion/v1/*.proto
}

protoc_python() { # SOURCE_FOLDER INPUT...
    local out="$1"
    shift
    protoc --python_out="$out" --pyi_out="$out" --grpc_python_out="$out" --mypy_grpc_out=quiet:"$out" "$@"
}

check() {
    local fresh="$tools/fresh"
    rm -rf "$fresh"
    generate_go "$fresh/go"
    generate_python "$fresh/python"
    for stubs in "$GO_STUBS" "$GO_STUBS_V1"; do diff -r "clients/go/$stubs" "$fresh/go/$stubs"; done
    diff -r --exclude=__pycache__ "clients/python/src/$PYTHON_STUBS" "$fresh/python/$PYTHON_STUBS"
    diff -r --exclude=__pycache__ "clients/python/src/$PYTHON_V1_STUBS" "$fresh/python/$PYTHON_V1_STUBS"
    echo "the stubs are what proto/ says"
}

python_tools
case "${1:-}" in
    go) go_tools && generate_go clients/go ;;
    python) generate_python clients/python/src ;;
    check) go_tools && check ;;
    *) sed -n 's/^# \?//p' "$0" | sed -n '2,7p' >&2 && exit 2 ;;
esac
