// The guest: a wasm32 module, embedded. Its bytes are written by the GuestBuild plugin.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The first byte of the guest module.
const uint8_t *latch_guest_bytes(void);
/// Its length in bytes.
size_t latch_guest_length(void);

/// The module that takes the host's place in frozen programs (GuestImage/wasi).
const uint8_t *latch_adapter_bytes(void);
size_t latch_adapter_length(void);
