// What the processor that this runs on has, and what Swift has no intrinsics for: its instruction for CRC-32C.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// As RuntimeLayout's ProcessorFeatures; none of instruction sets for which there are none.
uint32_t latch_processor_features(void);

/// Whether there is an instruction for CRC-32C.
bool latch_has_checksum_instructions(void);

/// Adds `count` blocks of 64 bytes to the CRC-32C of eight streams, of which each takes a word of 64 bits of each block. Only where the processor has the instruction.
void latch_checksum_blocks(uint32_t *streams, const void *blocks, size_t count);
