#!/usr/bin/env bash
# What a release is made of, for the workflow and for people.
#
#   .github/release.sh check vVERSION   fail unless the tag, Cargo.toml and CHANGELOG.md agree
#   .github/release.sh notes VERSION    print the section of the version in CHANGELOG.md
#   .github/release.sh pack             build dist/fluxion-VERSION-MACHINE-linux.tar.gz for this machine
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { # MESSAGE
    echo "release: $1" >&2
    exit 1
}

version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1
}

check() { # TAG
    local version
    version="$(version)"
    [ "$1" = "v$version" ] || fail "the tag is $1, but Cargo.toml says $version"
    grep -Eq "^## ${version//./\\.} - [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md \
        || fail "CHANGELOG.md has no section '## $version - YYYY-MM-DD'"
    notes "$version" >/dev/null
    echo "release: tag, manifest and changelog agree on $version"
}

notes() { # VERSION
    local text
    text="$(awk -v version="$1" '/^## / { inside = $2 == version; next } inside' CHANGELOG.md | sed '/./,$!d')"
    [ -n "$text" ] || fail "CHANGELOG.md says nothing of $1"
    printf '%s\n' "$text"
}

# Static, as the Dockerfile builds it: the flags hold for a named target alone.
pack() {
    local target name folder built
    target="$(rustc -vV | sed -n 's/^host: //p')"
    name="fluxion-$(version)-${target%%-*}-linux"
    folder="dist/$name"
    built="${CARGO_TARGET_DIR:-target}/$target/release"
    RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --package fluxion --package fluxion-daemon \
        --target "$target"
    rm -rf "$folder"
    mkdir -p "$folder"/{bin,man/man1,completions}
    install "$built/fluxion" "$built/server" "$folder/bin"
    "$built/fluxion" man --out "$folder/man/man1"
    for shell in bash zsh fish; do
        "$built/fluxion" completions "$shell" >"$folder/completions/fluxion.$shell"
    done
    cp LICENSE README.md CHANGELOG.md "$folder"
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -C dist -c "$name" \
        | gzip -9n >"$folder.tar.gz"
    rm -rf "$folder"
    echo "$folder.tar.gz"
}

case "${1:-} ${2:-}" in
    check\ ?*) check "$2" ;;
    notes\ ?*) notes "$2" ;;
    pack\ ) pack ;;
    *) sed -n 's/^# \?//p' "$0" | sed -n '4,6p' >&2 && exit 2 ;;
esac
