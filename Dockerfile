# The service as an image that holds one static binary, its licence, and nothing else:
#
#   make build
#   docker run -p 4242:4242 ghcr.io/fluxion-rs/fluxion --host 0.0.0.0
#
# crates/fluxion-packaging checks it, and carries it out where no container engine runs.

FROM rust:1.95.0-bookworm AS builder
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY proto ./proto
COPY crates ./crates
# glibc, as the allocator of musl is slow with several threads. Flags hold for a named target alone: procedural macros
# cannot be linked statically.
ENV RUSTFLAGS="-C target-feature=+crt-static"
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
    && cargo build --release --locked --package fluxion-daemon --target "$target" \
    && install -D "target/$target/release/server" /image/code/bin/server \
    && install -d -m 1777 /image/data

FROM scratch
LABEL org.opencontainers.image.title="fluxion" \
      org.opencontainers.image.description="A hierarchical graph database for resources, over gRPC" \
      org.opencontainers.image.source="https://github.com/fluxion-rs/fluxion" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.2.0"
COPY LICENSE /LICENSE
COPY --from=builder /image/ /
EXPOSE 4242
USER 65532:65532
# For --data-dir: whoever the user is may write there.
VOLUME /data
# Where the published image has it.
ENTRYPOINT ["/code/bin/server"]
