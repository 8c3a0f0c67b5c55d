// SHA-256 (FIPS 180-4) by instructions that processors have for it: what Swift has no intrinsics for. SavedModules' SHA256 uses it where it is there.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor has the instructions.
bool latch_has_digest_instructions(void);

/// Adds `count` blocks of 64 bytes to the eight words of `state`. `constants`: the 64 words K of the standard. Only where the processor has the instructions.
void latch_digest_blocks(uint32_t *state, const void *blocks, size_t count, const uint32_t *constants);

/// The same for two states at once, each with as many blocks of its own: a round waits for the one before it, which leaves room for another digest's.
void latch_digest_two(
    uint32_t *state, const void *blocks, uint32_t *other_state, const void *other_blocks, size_t count, const uint32_t *constants);
