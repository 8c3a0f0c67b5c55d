// The part of the standard library that is written in Scheme, as scripts/pack-library.sh packs it.
#include <stddef.h>

static const unsigned char text[] = {
#embed "library.scm"
};
static const unsigned char index[] = {
#embed "library.index"
};

const void *latch_library_text(void) { return text; }
size_t latch_library_text_length(void) { return sizeof text; }
const void *latch_library_index(void) { return index; }
size_t latch_library_index_length(void) { return sizeof index; }
