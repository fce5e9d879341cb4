.PHONY: server

# The service alone, where `./bin/server --host HOST --port PORT` finds it.
server:
	cargo build --release --locked --package fluxion --bin server
	mkdir -p bin
	cp $${CARGO_TARGET_DIR:-target}/release/server bin/server
