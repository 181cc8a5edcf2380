# The project's tasks. `make` or `make help` lists them.

GO       ?= go
BIN      := bin
PACKAGES := ./...

# How long to torture, and the seed and size of the one round to play instead.
TORTURE_TIME ?= 10m
TORTURE_SEED ?= 0
TORTURE_SIZE ?= 0
NIGHTLY_TIME ?= 6h

# What a release says of itself. All of it is of the commit and not of the
# machine or the moment, so that one commit gives the same bytes everywhere.
ARCHS         ?= amd64 arm64
BUILD_VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
BUILD_COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null)
BUILD_TIME    ?= $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help build release demo test torture nightly reproducible matrix flood test-browser lint vuln bench fuzz cover golden clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the bot and the programs of the demo into bin/
	$(GO) build -o $(BIN)/ ./cmd/...

release: ## static programs for ARCHS (linux) and their checksums into dist/
	@rm -rf dist && mkdir dist
	@for arch in $(ARCHS); do \
	  CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GO) build -trimpath -buildvcs=false -o dist/bot-linux-$$arch \
	    -ldflags '-s -w -X main.linkedVersion=$(BUILD_VERSION) -X main.linkedCommit=$(BUILD_COMMIT) -X main.linkedTime=$(BUILD_TIME)' ./cmd/bot || exit 1; \
	done
	@cd dist && sha256sum bot-* > SHA256SUMS && cat SHA256SUMS

demo: build ## run the bot with a local Slack and a stand-in platform; prints an address to open
	@mkdir -p demo-data
	$(BIN)/demo

test: lint ## unit, integration and end-to-end tests with the race detector
	$(GO) test -race -timeout 9m $$($(GO) list $(PACKAGES) | grep -v -x -e 'batchsync/cmd/bot' -e 'batchsync/cmd/demo')
	$(GO) test -race -timeout 9m -p 1 ./cmd/bot ./cmd/demo
	BATCHSYNC_ALONE=1 $(GO) test -race -p 1 -timeout 5m -run '^(TestFlood|TestFaultMatrix|TestTorture)$$' ./cmd/bot ./cmd/bot/torture

torture: ## break the real bot for TORTURE_TIME (10m) and count what is lost, doubled, leaked; TORTURE_SEED=N TORTURE_SIZE=N plays one round
	$(GO) test -count=1 -timeout 24h -v -run TestTorture ./cmd/bot/torture \
	  -torture.time=$(TORTURE_TIME) -torture.seed=$(TORTURE_SEED) -torture.size=$(TORTURE_SIZE)

nightly: ## what takes hours: torture for NIGHTLY_TIME (6h), the whole matrix, the flood, every fuzz target, the same bytes twice
	$(MAKE) torture TORTURE_TIME=$(NIGHTLY_TIME)
	$(MAKE) matrix
	$(MAKE) flood
	$(MAKE) fuzz
	$(MAKE) reproducible
	BATCHSYNC_WHOLE_LIFE=1 $(GO) test -race -count=1 -timeout 10m -run TestStore_Life ./internal/store

reproducible: ## build the release in two places and compare the bytes; about two minutes
	BATCHSYNC_ALONE=1 $(GO) test -count=1 -timeout 10m -run TestRelease ./deploy

matrix: ## every fault of the platform and of Slack at every kind of change; about five minutes
	BATCHSYNC_ALONE=1 BATCHSYNC_WHOLE_MATRIX=1 $(GO) test -count=1 -timeout 15m -run 'TestFaultMatrix|TestFault_(Looks|ProgramGone|Answers|Files)' ./cmd/bot
	BATCHSYNC_WHOLE_MATRIX=1 $(GO) test -count=1 -timeout 5m -run TestRunner_Simulated_Hangs ./internal/operation

flood: ## 500 clicks and commands a second for a minute; wants a machine with nothing else to do
	$(GO) test -run '^$$' -bench BenchmarkFlood -benchtime 1x -timeout 10m ./cmd/bot

test-browser: ## the browser walk alone; needs Chromium
	BATCHSYNC_BROWSER=required $(GO) test -race -count=1 -timeout 5m -run TestBrowser ./cmd/demo

lint: ## formatting, vet, staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt these:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet $(PACKAGES)
	$(GO) tool staticcheck $(PACKAGES)

vuln: ## known vulnerabilities in what is used (needs the network)
	$(GO) tool govulncheck $(PACKAGES)

bench: ## benchmarks, with the ratio to a bare loop; about three minutes, see docs/BENCHMARKS.md
	$(GO) test -run '^$$' -bench . -skip BenchmarkFlood -benchtime 1x -timeout 5m ./cmd/bot
	$(GO) test -run '^$$' -bench . -benchmem ./internal/store ./internal/inventory ./internal/redact ./internal/monitor
	$(GO) test -run '^$$' -bench . -benchtime 1x ./internal/outbox
	$(GO) test -run '^$$' -bench . -benchtime 5x ./cmd/bot/truth

fuzz: ## every fuzz target for half a minute
	@for pkg in $$($(GO) list $(PACKAGES)); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime 30s $$pkg || exit 1; \
	  done; \
	done

cover: ## coverage by package
	$(GO) test -coverprofile=coverage.out $(PACKAGES) && $(GO) tool cover -func=coverage.out | tail -1

golden: ## rewrite the golden screens after a wanted change
	$(GO) test ./bot/blocks -update

clean: ## remove what was built and what the demo left
	rm -rf $(BIN) dist demo-data coverage.out
