# odbench: measure object detection as a service.
#
#   make            the programs, in build/
#   make check      unit, wire, golden and command tests       (scripts/check installs what they need)
#   make lint       layers, silence, manual, format, clang-tidy
#   make fmt        clang-format over our own sources
#   make install    PREFIX=/usr/local DESTDIR=; also: uninstall, dist, clean
#   make SAN=address,undefined ...    the same in build-san-*, with sanitizers; SAN=thread too
#   make WERROR=1 ...                 warnings are errors
#   make V=1 ...                      show the commands
#   make CC=clang ...                 any C11 compiler

VERSION := 0.1.0
PREFIX ?= /usr/local
CC := gcc
CXX := g++
comma := ,
Q := $(if $(V),,@)
B ?= build$(if $(SAN),-san-$(subst $(comma),-,$(SAN)))$(if $(filter clang,$(CC)),-clang)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wvla -Wundef \
  -Wformat=2 -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings -Wdouble-promotion \
  -Wswitch-enum -Wnull-dereference $(if $(WERROR),-Werror)
WARN_C := $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
OPT ?= -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -DOD_VERSION='"$(VERSION)"' -Ilib -I$(B)/gen -MMD -MP
CFLAGS += -std=c11 $(OPT) -fno-common -pthread $(SANFLAGS)
CXXFLAGS += -std=c++17 $(OPT) -fvisibility=hidden -pthread $(SANFLAGS)
LDFLAGS += -pthread -Wl,--as-needed $(SANFLAGS)
LDLIBS := -lgrpc -lgpr -lcurl -lmicrohttpd -lprotobuf-c -ljansson -ljpeg -lcsv -lmd \
  -lopencv_dnn -lopencv_core -lstdc++ -lm

PROGRAMS := $(patsubst cmd/%.c,$(B)/%,$(wildcard cmd/odbench-*.c))
PROTOS := $(wildcard lib/wire/*.proto)
GEN := $(PROTOS:lib/wire/%.proto=$(B)/gen/%.pb-c.c)
OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c)) $(patsubst %.cpp,$(B)/%.o,$(wildcard lib/*/*.cpp)) $(GEN:.c=.o)
LIB := $(B)/libodbench.a
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))

all: $(PROGRAMS)

# The linker takes from the archive and from LDLIBS only what a program needs.
$(PROGRAMS): $(B)/%: $(B)/cmd/%.o $(LIB)
	@echo '  LINK  $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

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

unit: $(UNIT)

clean:
	rm -rf build build-*

.PHONY: all unit clean
.SECONDARY: $(GEN)
-include $(shell find $(B) -name '*.d' 2>/dev/null)
