# odbench: measure object detection as a service.
#
#   make            the programs, in build/
#   make check      everything that must pass: scripts/check (installs what it needs)
#   make unit       the unit tests, in build/unit/; also: wire, fuzz
#   make lint       layers, silence, size, manual, format, shell, clang-tidy; also: tidy
#   make fmt        clang-format over our own sources
#   make golden     write the expected tables anew from today's output (review the diff)
#   make install    PREFIX=/usr/local DESTDIR=; also: uninstall
#   make dist       odbench-VERSION.tar.gz of what git knows; also: clean
#
#   make SAN=address,undefined ...    the same in build-san-address-undefined/; SAN=thread too
#   make CC=clang ...                 the same in build-clang/ with any C11 compiler
#   make FUZZER=1 fuzz                libFuzzer's targets, which see the whole library, in build-fuzzer/
#   make SHARED=1 ...                 the programs with libgrpc as a shared library, where there is no archive
#   make WERROR=1 ...                 warnings are errors
#   make V=1 ...                      show the commands

VERSION := 0.1.0
PREFIX ?= /usr/local
CC := gcc
CXX := g++
comma := ,
Q := $(if $(V),,@)
ifdef FUZZER
CC := clang
CXX := clang++
SAN := address,undefined
B ?= build-fuzzer
endif
B ?= build$(if $(SAN),-san-$(subst $(comma),-,$(SAN)))$(if $(filter clang,$(CC)),-clang)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wvla -Wundef \
  -Wformat=2 -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings -Wdouble-promotion \
  -Wswitch-enum -Wnull-dereference $(if $(WERROR),-Werror)
WARN_C := $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
OPT ?= -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
  $(if $(FUZZER),-fsanitize=fuzzer-no-link)
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -DOD_VERSION='"$(VERSION)"' -Ilib -I$(B)/gen -MMD -MP
CFLAGS += -std=c11 $(OPT) -fno-common -pthread $(SANFLAGS)
CXXFLAGS += -std=c++17 $(OPT) -fvisibility=hidden -pthread $(SANFLAGS)
LDFLAGS += -pthread -Wl,--as-needed $(SANFLAGS)
LDLIBS := -lgrpc -lgpr -lcurl -lmicrohttpd -lgnutls -lnghttp2 -lprotobuf-c -ljansson -ljpeg -lcsv -lmd -lz \
  -lopencv_dnn -lopencv_core -lstdc++ -lm
# The programs have libgrpc and Abseil from their archives, which saves a request 5 % of its work
# (odbench-internals(7)); what those call in turn is shared. Sanitizers suppress by the library's name.
# One function of Abseil is looked for by its name when the program runs (lib/net/grpc_locks.c).
GRPC_NEEDS := $(if $(SHARED)$(SAN),,$(sort $(shell pkg-config --static --libs-only-l grpc)))
GRPC_PARTS := $(filter -lgrpc -lgpr -lupb -laddress_sorting -labsl_%,$(GRPC_NEEDS))
GRPC_ARCHIVES := -Wl,--export-dynamic-symbol='*SetMutexDeadlockDetectionMode*' \
  -Wl,-Bstatic -Wl,--start-group $(GRPC_PARTS) -Wl,--end-group -Wl,-Bdynamic \
  $(filter-out $(GRPC_PARTS),$(GRPC_NEEDS))
PROGRAM_LIBS := $(if $(GRPC_PARTS),$(GRPC_ARCHIVES)) $(LDLIBS)

PROGRAMS := $(patsubst cmd/%.c,$(B)/%,$(wildcard cmd/odbench-*.c))
PROTOS := $(wildcard lib/wire/*.proto)
GEN := $(PROTOS:lib/wire/%.proto=$(B)/gen/%.pb-c.c)
OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c)) $(patsubst %.cpp,$(B)/%.o,$(wildcard lib/*/*.cpp)) $(GEN:.c=.o)
LIB := $(B)/libodbench.a
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
WIRE := $(patsubst tests/wire/%.cpp,$(B)/wire/%,$(wildcard tests/wire/test_*.cpp))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
GEN_CPP := $(PROTOS:lib/wire/%.proto=$(B)/gen/%.pb.cc)
OURS := $(wildcard cmd/*.c lib/*/*.[ch] lib/*/*.cpp tests/*/*.[ch] tests/*/*.cpp)
MAN := $(wildcard man/*.[157])
MODELS := $(wildcard datasets/models/*.onnx datasets/models/*.names)

all: $(PROGRAMS)

# The linker takes from archives and from LDLIBS only what a program needs.
$(PROGRAMS): $(B)/%: $(B)/cmd/%.o $(LIB)
	@echo '  LINK  $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(PROGRAM_LIBS)

$(LIB): $(OBJS)
	@echo '  AR    $@'
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC    $@'
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN_C) -c -o $@ $<

# OpenCV's headers are not ours to mend, hence -isystem.
$(B)/%.o: %.cpp
	@mkdir -p $(@D)
	@echo '  CXX   $@'
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -Wall -Wextra $(if $(WERROR),-Werror) -isystem /usr/include/opencv4 -c -o $@ $<

$(B)/gen/%.pb-c.c: lib/wire/%.proto $(PROTOS)
	@mkdir -p $(@D)
	@echo '  PROTO $@'
	$(Q)protoc-c --proto_path=lib/wire --c_out=$(B)/gen $<

$(B)/gen/%.o: $(B)/gen/%.c | $(GEN)
	@echo '  CC    $@'
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -w -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  LINK  $@'
	$(Q)$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) $(WARN_C) $(LDFLAGS) -o $@ $< $(LIB) -lcmocka $(LDLIBS)

# The reference decoder of the wire tests is libprotobuf, generated from the same files.
$(B)/gen/%.pb.cc: lib/wire/%.proto
	@mkdir -p $(@D)
	@echo '  PROTO $@'
	$(Q)protoc --proto_path=lib/wire --cpp_out=$(B)/gen $<

$(B)/gen/%.pb.o: $(B)/gen/%.pb.cc | $(GEN_CPP)
	@echo '  CXX   $@'
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -w -c -o $@ $<

$(B)/wire/%: tests/wire/%.cpp $(GEN_CPP:.cc=.o) $(LIB)
	@mkdir -p $(@D)
	@echo '  LINK  $@'
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -Wall -Wextra $(if $(WERROR),-Werror) $(LDFLAGS) -o $@ $< \
	  $(GEN_CPP:.cc=.o) $(LIB) -lprotobuf -lcmocka $(LDLIBS)

# A fuzz target with a main that replays files; with FUZZER=1, with libFuzzer's.
$(B)/fuzz/%: tests/fuzz/%.c $(if $(FUZZER),,tests/fuzz/replay.c) $(LIB)
	@mkdir -p $(@D)
	@echo '  LINK  $@'
	$(Q)$(CC) $(CPPFLAGS) -Itests/fuzz $(CFLAGS) $(WARN_C) $(if $(FUZZER),-fsanitize=fuzzer) $(LDFLAGS) \
	  -o $@ $(filter %.c,$^) $(LIB) $(LDLIBS)

$(B)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  LINK  $@'
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN_C) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

unit: $(UNIT)
wire: $(WIRE)
fuzz: $(FUZZ)

check:
	scripts/check

lint: all
	scripts/check-layers
	scripts/check-silence
	scripts/check-size
	scripts/check-docs
	scripts/check-shell
	clang-format --dry-run -Werror $(OURS)
	scripts/check-tidy

# One file: make tidy FILES=lib/cli/opt.c
tidy: $(GEN)
	scripts/check-tidy $(FILES)

fmt:
	clang-format -i $(OURS)

golden: all $(B)/unit/test_compare_format
	scripts/golden

COMPLETIONS := $(PROGRAMS:$(B)/%=$(B)/completions/%)
completions: $(COMPLETIONS)
$(B)/completions/%: $(B)/%
	@mkdir -p $(@D)
	$(Q)$< --completion bash >$@.tmp && mv $@.tmp $@

BIN_DIR := $(DESTDIR)$(PREFIX)/bin
SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETION_DIR := $(SHARE)/bash-completion/completions

install: all completions
	install -d $(BIN_DIR) $(COMPLETION_DIR) $(SHARE)/odbench/models
	install $(PROGRAMS) $(BIN_DIR)
	install -m 644 $(COMPLETIONS) $(COMPLETION_DIR)
	install -m 644 $(MODELS) $(SHARE)/odbench/models
	for page in $(MAN); do install -D -m 644 "$$page" "$(SHARE)/man/man$${page##*.}/$${page##*/}" || exit; done

uninstall:
	rm -f $(PROGRAMS:$(B)/%=$(BIN_DIR)/%) $(PROGRAMS:$(B)/%=$(COMPLETION_DIR)/%)
	rm -f $(foreach page,$(MAN),$(SHARE)/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
	rm -rf $(SHARE)/odbench

NAME := odbench-$(VERSION)
dist:
	git -c safe.directory='*' archive --prefix=$(NAME)/ -o $(NAME).tar.gz HEAD

clean:
	rm -rf build build-*

.DELETE_ON_ERROR:
.PHONY: all unit wire fuzz check lint tidy fmt golden completions install uninstall dist clean
.SECONDARY: $(GEN) $(GEN_CPP) $(GEN_CPP:.cc=.o)
-include $(shell find $(B) -name '*.d' 2>/dev/null)
