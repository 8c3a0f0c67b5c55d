// What the processor that this runs on has, and what Swift has no intrinsics for: its instructions for SHA-256 (FIPS 180-4).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// As RuntimeLayout's ProcessorFeatures; none of instruction sets for which there are none.
uint32_t latch_processor_features(void);

/// Whether there are instructions for SHA-256.
bool latch_has_digest_instructions(void);

/// Adds `count` blocks of 64 bytes to the eight words of `state`. `constants`: the 64 words K of the standard. Only where the processor has the instructions.
void latch_digest_blocks(uint32_t *state, const void *blocks, size_t count, const uint32_t *constants);

/// The same for two states at once, each with as many blocks of its own: a round waits for the one before it, which leaves room for another digest's.
void latch_digest_two(
    uint32_t *state, const void *blocks, uint32_t *other_state, const void *other_blocks, size_t count, const uint32_t *constants);
