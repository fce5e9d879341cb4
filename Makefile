# What can be done here: `make` lists it. All that is needed is Rust; a target that needs more says so.

CARGO ?= cargo
FUZZ_SECONDS ?= 60
SOAK_SESSIONS ?= 10000
SOAK_CASES ?= 20000
IMAGE ?= ghcr.io/fluxion-rs/fluxion:latest
FUZZ_TARGETS = $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))
TARGET_DIR = $${CARGO_TARGET_DIR:-target}
# Named together, the two programs agree on the features of their dependencies, which are then compiled once for both.
PROGRAMS = --package fluxion --package fluxion-daemon

.PHONY: help demo test charts-test check doc conformance floor docs fuzz soak server man dist build container-test walkthroughs proto python \
	stubs-check bench bench-docs perf-build perf-check perf-update

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r target text; do printf '  %-14s %s\n' "$$target" "$$text"; done

demo: ## Show the main job: load a graph, match a jobspec, cancel the job, over gRPC
	$(CARGO) run --profile trial --locked --package fluxion --bin fluxion -- demo

test: ## Run all tests: unit, property, documentation, recorded sessions, hostile input, licences, clients, charts; build the fuzz targets
	$(CARGO) test --workspace --locked --no-fail-fast
	@if command -v c++ >/dev/null 2>&1; then \
		set -x; $(CARGO) check --locked --manifest-path fuzz/Cargo.toml --bins; \
	elif [ -n "$$CI" ]; then \
		echo "the fuzz targets cannot be built: there is no C++ compiler (c++) for libFuzzer"; exit 1; \
	else \
		echo "skipped: the fuzz targets, as there is no C++ compiler (c++) for libFuzzer"; \
	fi
	@FLUXION_SERVER="$$(realpath "$(TARGET_DIR)")/debug/fluxion" clients/go/test.sh
	@FLUXION_SERVER="$$(realpath "$(TARGET_DIR)")/debug/fluxion" clients/python/test.sh
	@FLUXION_SERVER="$$(realpath "$(TARGET_DIR)")/debug/fluxion" packaging/checks/test.sh
	@test -d ../shared/conformance/cases \
		|| echo "skipped: the recorded sessions, as there is no ../shared/conformance beside the repository"

check: ## Check format, lints, documentation, and what the dependencies may be
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --workspace --all-targets --locked -- --deny warnings
	@$(MAKE) --no-print-directory doc
# Skipped even where CI is set: cargo-deny takes as long to build as all of this. The hosted workflow always runs it.
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		set -x; $(CARGO) deny --locked check bans sources; \
	else \
		echo "skipped: bans and sources of the dependencies (deny.toml), as there is no cargo-deny"; \
	fi

doc: ## Build the documentation of all crates; a warning fails
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps --locked

charts-test: ## Render the Helm chart and the kustomizations, and hold them, the alert rules and the Grafana board against a server
	@$(CARGO) build --locked --package fluxion --bin fluxion
	@FLUXION_SERVER="$$(realpath "$(TARGET_DIR)")/debug/fluxion" packaging/checks/test.sh

conformance: ## Replay the recorded sessions in ../shared/conformance, and print the pass rates
	$(CARGO) test --locked --package fluxion --test conformance

floor: ## As conformance; better pass rates become the new floor
	CONFORMANCE=raise $(CARGO) test --locked --package fluxion --test conformance

docs: ## Write docs/api.md, the API reference, from proto/
	DOCS=write $(CARGO) test --locked --package fluxion-server --test api_reference

fuzz: ## Run every fuzz target for FUZZ_SECONDS (60) seconds, with the nightly compiler if there is one
	@$(CARGO) fuzz --version >/dev/null 2>&1 \
		|| { echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked"; exit 1; }
	@command -v c++ >/dev/null 2>&1 || { echo "a C++ compiler (c++) for libFuzzer is missing"; exit 1; }
	@nightly=$$($(CARGO) +nightly --version >/dev/null 2>&1 && echo +nightly); \
	for target in $(FUZZ_TARGETS); do \
		echo "fuzz: $$target for $(FUZZ_SECONDS) seconds"; \
		mkdir -p fuzz/corpus/$$target; \
		$(CARGO) $$nightly fuzz run --sanitizer none $$target fuzz/corpus/$$target $$(ls -d fuzz/seeds/$$target 2>/dev/null) -- \
			-dict=fuzz/words.dict -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 -timeout=10 -verbosity=0 \
			-print_final_stats=1 || exit 1; \
	done

# What CI runs of these is short enough for every change; this is for a night, and before a release.
soak: ## Run the random tests with very many cases, the fuzz targets for ten minutes each, and all benches: hours
	STATEFUL_SESSIONS=$(SOAK_SESSIONS) $(CARGO) test --locked --package fluxion-store --test stateful
	JOURNAL_EVERY_BYTE=1 $(CARGO) test --locked --package fluxion-store-sqlite --test journal damage
	PROPTEST_CASES=$(SOAK_CASES) $(CARGO) test --workspace --locked --no-fail-fast --lib --test literal --test against_a_table
	@$(MAKE) --no-print-directory perf-build
	$(TARGET_DIR)/quick/fluxion bench growth-instructions --full
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=600
	@$(MAKE) --no-print-directory bench-docs

# Where `./bin/server --host HOST --port PORT` finds it. SERVER_PROFILE=trial builds it in a fraction of the time.
SERVER_PROFILE ?= release
server: ## Build the service alone, as bin/server
	$(CARGO) build --profile $(SERVER_PROFILE) --locked $(PROGRAMS) --bin server
	mkdir -p bin
	cp $(TARGET_DIR)/$(SERVER_PROFILE)/server bin/server

man: ## Write the manual pages of all commands: read them with man -M target/man fluxion
	$(CARGO) run --locked --package fluxion --bin fluxion -- man --out $(TARGET_DIR)/man/man1

dist: ## Pack static binaries, manual pages and completions for this machine, as a release has them, in dist/
	@.github/release.sh pack

build: ## Build the container image IMAGE, with docker, podman or buildah
	@container/build.sh $(IMAGE)

container-test: ## Build the image as the Dockerfile says, start it, and call it; in a chroot where no container engine runs. Install the Debian package
	CONTAINER=build $(CARGO) test --workspace --locked --test image
	@packaging/debian/test "$(TARGET_DIR)/debug/fluxion"

walkthroughs: ## Paste the commands of README, docs and clients into fresh shells, those that build too: port 4242 must be free
	WALKTHROUGHS=build $(CARGO) test --workspace --locked --test pasted

proto: ## Generate the stubs of the Go client from proto/
	clients/stubs.sh go

python: ## Generate the stubs of the Python client from proto/
	clients/stubs.sh python

stubs-check: ## Check that the stubs of the clients are what proto and python make
	clients/stubs.sh check

bench: ## Run the benches in short: a minute or two, once it is built
	$(CARGO) run --release --locked --package fluxion --bin fluxion -- bench all --short

bench-docs: ## Run all benches, and print them as Markdown for docs/performance.md
	@$(CARGO) build --release --locked --package fluxion --bin fluxion
	@echo "Commit $$(git describe --always --dirty), $$(rustc --version), $$(nproc) processors:$$(sed -n 's/^model name.*://p' /proc/cpuinfo | head -1)."
	@echo
	@$(TARGET_DIR)/release/fluxion bench all --markdown
	@$(TARGET_DIR)/release/fluxion bench serve --markdown
	@$(TARGET_DIR)/release/fluxion bench serve --loading --markdown

# Instructions depend on how the program was built: always in this way.
perf-build:
	@command -v valgrind >/dev/null 2>&1 || { echo "valgrind, which counts instructions, is missing: install the package valgrind"; exit 1; }
	CARGO_INCREMENTAL=0 $(CARGO) build --profile quick --locked $(PROGRAMS) --bin fluxion

perf-check: perf-build ## Count the instructions of workloads; fails if one takes 5 % more than perf/instructions.txt says, or grows with the machine
	$(TARGET_DIR)/quick/fluxion bench instructions perf/instructions.txt
	$(TARGET_DIR)/quick/fluxion bench growth-instructions

perf-update: perf-build ## Count as perf-check, and write perf/instructions.txt
	mkdir -p perf
	$(TARGET_DIR)/quick/fluxion bench instructions --update perf/instructions.txt
