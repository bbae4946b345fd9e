# The two commands of the README are `make run` and `make test`; `make help` lists the rest.

PROFILE ?= dev
TARGET_DIR ?= target
ifeq ($(PROFILE),dev)
BIN = $(TARGET_DIR)/debug/pulse
else
BIN = $(TARGET_DIR)/$(PROFILE)/pulse
endif
ARGS ?=

.PHONY: help run build ui test test-rust test-ui test-browser test-k8s check bench chaos load docs manifests image fuzz images clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: build ## build everything and start a living demo; ARGS="--source asterisk://user@host:5038" for a PBX of your own
	@exec $(BIN) standalone $(ARGS)

build: ui ## the pages and the program
	cargo build --profile $(PROFILE) --locked --bin pulse

ui: preflight-build ui/dist/index.html ## the pages alone

.PHONY: preflight-build preflight-test
preflight-build:
	@scripts/preflight build
preflight-test:
	@scripts/preflight test

ui/node_modules/.ready: ui/package-lock.json
	npm ci --prefix ui --no-audit --no-fund --loglevel=error
	@touch $@

UI_SOURCES = $(shell find ui/src ui/public ui/index.html ui/vite.config.ts -type f 2>/dev/null)
ui/dist/index.html: ui/node_modules/.ready $(UI_SOURCES)
	npm run --prefix ui --silent build
	@touch $@

# The pages are built first: the program embeds them, and the browser tests look at them.
test: preflight-test ui/dist/index.html ## everything: unit, property, integration, page and browser tests
	node scripts/test.mjs

test-ui: ui/node_modules/.ready
	npm run --prefix ui --silent check
	npm run --prefix ui --silent test

# The pages are built first: the program embeds them, and the browser tests look at them.
test-rust: ui/dist/index.html
	cargo test --workspace --locked

# Journeys through the built pages on a stand-in server that can be put into any trouble.
test-browser: ui/dist/index.html
	npm run --prefix ui --silent e2e -- --no-shots

check: ui/node_modules/.ready ## format, lints, licences, unused dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny --log-level error check bans licenses sources
	@cargo deny --log-level error check advisories || { cargo deny fetch db >/dev/null 2>&1 && exit 1; echo 'pulse: advisories were not checked: their database could not be fetched' >&2; }
	@command -v cargo-machete >/dev/null || cargo install --locked cargo-machete
	cargo machete
	npm run --prefix ui --silent check

bench: ## speed, with ratios measured in one run (docs/performance.md)
	cargo bench -p loadtest

# A short plan of it is part of `make test`. What went wrong once can be had again by its seed.
STEPS ?= 40
SEED ?= $(shell date +%s)
chaos: ui/dist/index.html ## many things go wrong, one after the other, on real servers; SEED=1 STEPS=40 (docs/operations.md)
	CHAOS_SEED=$(SEED) CHAOS_STEPS=$(STEPS) cargo test --workspace --locked --test connections -- chaos --nocapture

# Both programs as they are shipped; LOAD_ARGS="--scale 0.1 --seed 7", LOAD_PROFILE=dev for a quick build.
SCENARIO ?= knee
LOAD_PROFILE ?= release
LOAD_ARGS ?=
LOAD_FOLDER = $(TARGET_DIR)/$(if $(filter dev,$(LOAD_PROFILE)),debug,$(LOAD_PROFILE))
load: ui/dist/index.html ## real processes under load: SCENARIO=knee and others (loadtest/README.md)
	cargo build --profile $(LOAD_PROFILE) --locked --workspace --bin pulse --bin pulse-load
	@mkdir -p $(TARGET_DIR)/load
	$(LOAD_FOLDER)/pulse-load run $(SCENARIO) $(LOAD_ARGS) --out $(TARGET_DIR)/load/$(SCENARIO).json

docs: ## what is written from the program: docs/statistics.md, docs/metrics.md
	cargo run --quiet --locked --bin pulse -- statistics > docs/statistics.md.new
	mv docs/statistics.md.new docs/statistics.md
	cargo run --quiet --locked --bin pulse -- metrics > docs/metrics.md.new
	mv docs/metrics.md.new docs/metrics.md

manifests: ## what is generated in k8s/: network policies, alert rules
	cargo run --quiet --locked --bin pulse -- simulator --print-tenant --scenario k8s/overlays/demo/simulator.toml > target/demo-tenant.toml
	mv target/demo-tenant.toml k8s/overlays/demo/tenant.toml
	PULSE_WRITE=1 cargo test --quiet --locked --no-fail-fast -p manifests

# The image is made of the release program, without a daemon.
IMAGE ?= pulse:local
image: ui/dist/index.html ## the container image target/pulse-image.tar, and its list of parts
	cargo build --release --locked --bin pulse
	scripts/image $(TARGET_DIR)/release/pulse $(TARGET_DIR)/pulse-image.tar --name $(IMAGE) --sbom $(TARGET_DIR)/pulse-sbom.cdx.json \
		--version "$$(git describe --tags --always --dirty 2>/dev/null || echo 0)"

test-k8s: build ## the demo overlay on a real Kubernetes, if one is at hand (PULSE_TEST_SERVERS)
	scripts/test-k8s $(BIN)

# Needs a nightly toolchain; each target runs FUZZ_SECONDS.
FUZZ_SECONDS ?= 120
fuzz: ## the parsers of what a PBX sends, with whatever bytes
	@command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
	cd crates/source-asterisk && for target in parser adapter; do \
		cargo +nightly fuzz run --fuzz-dir fuzz $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=8192 || exit 1; done

clean: ## what was built, not what Pulse has stored
	cargo clean
	rm -rf ui/dist ui/node_modules
