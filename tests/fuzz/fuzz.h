/* What every fuzz target defines: see tests/fuzz/replay.c for running one without a
 * fuzzer. */
#ifndef OD_FUZZ_H
#define OD_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Runs the parser under test over one input; always 0. Anything wrong ends the process.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
