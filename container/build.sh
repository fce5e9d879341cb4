#!/usr/bin/env bash
# Builds the container image with docker, podman or buildah, whichever answers first.
#
#   container/build.sh IMAGE   name it so
set -euo pipefail
cd "$(dirname "$0")/.."

for engine in docker podman buildah; do
    "$engine" info >/dev/null 2>&1 || continue
    set -x
    exec "$engine" build --tag "$1" .
done
echo "no container engine answers: install docker, podman or buildah, and see that '<engine> info' succeeds" >&2
echo "without one, 'make container-test' carries out the Dockerfile, and 'make server' builds bin/server" >&2
exit 1
