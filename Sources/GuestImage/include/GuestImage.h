// The guest: a wasm32 module with machine code of its functions, a saved module (Sources/SavedModules), embedded. The GuestBuild plugin writes it.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The first byte of the saved guest.
const uint8_t *latch_guest_bytes(void);
/// Its length in bytes.
size_t latch_guest_length(void);

/// The guest's code as it runs where it lies (Sources/SavedModules/LinkedCode.swift), and its length in bytes; one byte if there is none.
const uint8_t *latch_guest_linked_code(void);
size_t latch_guest_linked_code_length(void);

/// Where the guest has pointers to functions (scripts/save-guest.swift), and its length in bytes.
const uint8_t *latch_guest_pointers(void);
size_t latch_guest_pointers_length(void);

/// The module that takes the host's place in frozen programs (GuestImage/wasi).
const uint8_t *latch_adapter_bytes(void);
size_t latch_adapter_length(void);
