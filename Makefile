# otaconsole. Start with `make demo` or `make check`; `make help` lists the rest.
#
# Everything is built under $(BUILD); nothing is written beside the sources.
# A helper script installs missing Debian packages and says what it installs.

BUILD   ?= build
FLAVOUR ?= release
PREFIX  ?= /usr/local
CC      ?= cc
SEEDS   ?= 1000
FUZZ_SECONDS ?= 5

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0

# Modules from the bottom up; tests/lint/arrows.sh knows who may include whom.
MODULES ?= base event yaml ymodem device board image diagnose workflow sim link session ui cli
module_dir = $(if $(filter ymodem ui,$1),$1,src/$1)
DIRS    := $(foreach m,$(MODULES),$(call module_dir,$m))
SOURCES := $(filter-out src/cli/main.c,$(wildcard $(addsuffix /*.c,$(DIRS))))

PACKAGES := libcrypto yaml-0.1 libcjson libpcre2-8 libdw ncursesw liblzma libdivsufsort
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lbearssl

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla
CFLAGS_COMMON := -std=c11 -D_GNU_SOURCE $(WARNINGS) -I. -Isrc -MMD -MP -g \
                 -DOTACONSOLE_VERSION='"$(VERSION)"' -DOTACONSOLE_DATADIR='"$(PREFIX)/share/otaconsole"'

CFLAGS_release := -O3 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_asan   := -fsanitize=address,undefined
CFLAGS_fuzz    := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_fuzz   := -fsanitize=fuzzer,address,undefined
CFLAGS_clang   := -O1

# V=1 shows the commands in full.
Q := $(if $(V),,@)
QUIET := $(V)$(findstring s,$(filter-out --%,$(firstword $(MAKEFLAGS))))
JOBS := -j$(shell nproc 2>/dev/null || echo 2)

OUT := $(BUILD)/$(FLAVOUR)
ALL_CFLAGS  = $(CFLAGS_COMMON) $(CFLAGS_$(FLAVOUR)) $(PKG_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(LDFLAGS_$(FLAVOUR)) $(LDFLAGS)

LIB_OBJECTS := $(SOURCES:%.c=$(OUT)/obj/%.o)
LIBRARY     := $(OUT)/libotaconsole.a
TOOL        := $(OUT)/otaconsole

# --- programs under test -----------------------------------------------------
test_module = $(word 3,$(subst /, ,$1))
UNIT_SOURCES := $(foreach m,$(MODULES),$(wildcard tests/unit/$m/test_*.c)) $(wildcard tests/vector/test_*.c)
UNIT_TESTS   := $(UNIT_SOURCES:tests/%.c=$(OUT)/tests/%)
SIM_SOURCES  := $(wildcard tests/sim/test_*.c)
SIM_TESTS    := $(SIM_SOURCES:tests/%.c=$(OUT)/tests/%)
PEER_SOURCES := $(wildcard tests/peer/test_*.c)
PEER_TESTS   := $(PEER_SOURCES:tests/%.c=$(OUT)/tests/%)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_TESTS   := $(FUZZ_SOURCES:tests/%.c=$(OUT)/tests/%)
BENCH_SOURCES := $(wildcard tests/bench/bench_*.c)
BENCH_PROGRAMS := $(BENCH_SOURCES:tests/%.c=$(OUT)/tests/%)

.PHONY: all lib demo check check-unit check-sim check-peer check-cli check-terminal screens check-fuzz check-clang \
        bench fuzz lint format install uninstall deps deps-check deps-bench clean help tool-asan docs po

all: deps ## Build the tool: build/otaconsole
	@$(MAKE) --no-print-directory $(JOBS) tool

# Message catalogues; without msgfmt the tool speaks English.
LANGUAGES  := $(patsubst ui/po/%.po,%,$(wildcard ui/po/*.po))
CATALOGUES := $(if $(shell command -v msgfmt),$(LANGUAGES:%=$(BUILD)/locale/%/LC_MESSAGES/otaconsole.mo),no-catalogues)

$(BUILD)/locale/%/LC_MESSAGES/otaconsole.mo: ui/po/%.po
	@mkdir -p $(@D)
	@$(if $(QUIET),,echo "  MO    $@")
	$(Q)msgfmt --check-format --check-domain -o $@ $<

no-catalogues:
	@echo "Chinese is off: msgfmt is missing. Install the package gettext and build again."
.PHONY: no-catalogues

catalogues: $(CATALOGUES)
.PHONY: catalogues

tool: $(TOOL) $(CATALOGUES)
	@ln -sf $(FLAVOUR)/otaconsole $(BUILD)/otaconsole
.PHONY: tool

lib: $(LIBRARY)

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(if $(QUIET),,echo "  CC    $<")
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(LIBRARY): $(LIB_OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@
	@$(if $(QUIET),,echo "  AR    $@")
	$(Q)ar rcs $@ $^

$(TOOL): $(OUT)/obj/src/cli/main.o $(LIBRARY)
	@$(if $(QUIET),,echo "  LINK  $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(OUT)/tests/unit/% $(OUT)/tests/vector/% $(OUT)/tests/sim/% $(OUT)/tests/peer/%: LDLIBS_TEST = -lcmocka
$(SIM_TESTS): $(OUT)/obj/tests/sim/rehearsal.o
$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(LIBRARY)
	@mkdir -p $(@D)
	@$(if $(QUIET),,echo "  LINK  $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LDLIBS_TEST) $(PKG_LIBS)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)

# --- the two README commands --------------------------------------------------
demo: deps ## Install what is missing, build, run the whole job on the simulated mk3060
	@$(MAKE) --no-print-directory $(JOBS) tool
	@tests/tools/demo.sh $(BUILD)

check: deps-check ## Install what is missing, build, run all tests, print a summary line
	@SEEDS=$(SEEDS) FUZZ_SECONDS=$(FUZZ_SECONDS) BUILD=$(BUILD) MAKE="$(MAKE)" tests/run.sh

# --- parts of `check`, callable alone -----------------------------------------
tool-asan:
	@$(MAKE) --no-print-directory FLAVOUR=asan $(BUILD)/asan/otaconsole catalogues

build-unit: $(UNIT_TESTS)
build-sim: $(SIM_TESTS)
build-peer: $(PEER_TESTS)
build-terminal: $(OUT)/tests/terminal/line_board
build-fuzz: $(FUZZ_TESTS)
build-bench: $(BENCH_PROGRAMS)
.PHONY: build-unit build-sim build-peer build-terminal build-fuzz build-bench

check-unit: ## Unit and vector tests under ASan and UBSan (MODULES="base ymodem" narrows)
	@$(MAKE) --no-print-directory FLAVOUR=asan build-unit
	@for t in $(UNIT_SOURCES:tests/%.c=$(BUILD)/asan/tests/%); do $$t || exit 1; done

check-sim: ## Whole-run simulation by seed (SEEDS=10000 for more)
	@$(MAKE) --no-print-directory build-sim
	@for t in $(SIM_TESTS); do SEEDS=$(SEEDS) $$t || exit 1; done

check-peer: ## Against real peers: lrzsz over pseudo-terminals
	@$(MAKE) --no-print-directory FLAVOUR=asan build-peer
	@for t in $(PEER_SOURCES:tests/%.c=$(BUILD)/asan/tests/%); do $$t || exit 1; done

check-cli: tool-asan ## The tool as a user calls it: exit codes, messages, files
	@for t in tests/cli/*.sh; do OTACONSOLE=$(abspath $(BUILD)/asan/otaconsole) $$t || exit 1; done

check-terminal: tool-asan ## The UI in a real terminal (tmux), driven by keys
	@$(MAKE) --no-print-directory FLAVOUR=asan build-terminal
	@for t in tests/terminal/test_*.sh; do OTACONSOLE=$(abspath $(BUILD)/asan/otaconsole) \
	  LINE_BOARD=$(abspath $(BUILD)/asan/tests/terminal/line_board) sh $$t || exit 1; done

screens: tool build-terminal ## Make docs/screens again: what the UI looks like, as text
	@mkdir -p docs/screens
	@for t in job doctor replay hostile flood; do OTACONSOLE=$(abspath $(TOOL)) \
	  LINE_BOARD=$(abspath $(OUT)/tests/terminal/line_board) SCREENS=$(abspath docs/screens) \
	  sh tests/terminal/test_$$t.sh || exit 1; done

check-fuzz: ## A short run of every fuzz target (FUZZ_SECONDS each)
	@$(MAKE) --no-print-directory CC=clang FLAVOUR=fuzz build-fuzz
	@for t in $(FUZZ_SOURCES:tests/%.c=$(BUILD)/fuzz/tests/%); do \
	  tests/tools/fuzz-one.sh $$t $(FUZZ_SECONDS) || exit 1; done

check-clang: ## The same sources, warning-free under clang
	@$(MAKE) --no-print-directory CC=clang FLAVOUR=clang $(BUILD)/clang/otaconsole

fuzz: deps-check ## Fuzz each target for FUZZ_SECONDS (default here 60)
	@$(MAKE) --no-print-directory check-fuzz FUZZ_SECONDS=$(if $(filter 5,$(FUZZ_SECONDS)),60,$(FUZZ_SECONDS))

bench: deps-bench ## Measure: our sender beside sb -k, wire busy share, simulated runs a second
	@$(MAKE) --no-print-directory $(JOBS) tool build-bench build-sim
	@tests/bench/run.sh $(BUILD)

lint: deps-check ## Formatting, module arrows, cppcheck, clang-tidy, shellcheck
	@$(MAKE) --no-print-directory $(JOBS) tool
	@tests/lint/run.sh

format: ## Reformat all C sources
	clang-format -i $$(git ls-files '*.c' '*.h')

docs: tool ## Regenerate the reference pages that come from the sources
	@tests/tools/docs.sh $(BUILD)

po: ## Bring the message catalogues ui/po/*.po up to date with the sources
	@tests/tools/po.sh

install: tool ## Install under PREFIX (default /usr/local), DESTDIR respected
	install -Dm755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/otaconsole
	@for f in $$(find boards profiles -type f); do \
	  install -Dm644 $$f $(DESTDIR)$(PREFIX)/share/otaconsole/$$f; done
	@for l in $(LANGUAGES); do f=$(BUILD)/locale/$$l/LC_MESSAGES/otaconsole.mo; [ ! -f $$f ] || \
	  install -Dm644 $$f $(DESTDIR)$(PREFIX)/share/otaconsole/locale/$$l/LC_MESSAGES/otaconsole.mo; done
	@for f in docs/man/*.[15]; do s=$${f##*.}; \
	  install -Dm644 $$f $(DESTDIR)$(PREFIX)/share/man/man$$s/$${f##*/}; done

uninstall: ## Remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/otaconsole $(DESTDIR)$(PREFIX)/share/man/man[15]/otaconsole*
	rm -rf $(DESTDIR)$(PREFIX)/share/otaconsole

deps: ## Install the Debian packages the build needs
	@tests/tools/deps.sh build

deps-bench: ## Install what the measurements compare with
	@tests/tools/deps.sh build check bench

deps-check: ## Install the Debian packages the tests need too
	@tests/tools/deps.sh build check

clean: ## Remove build/
	rm -rf $(BUILD)

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
