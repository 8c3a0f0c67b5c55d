// The part of the standard library that is written in Scheme (Sources/SchemeLibrary).
#include <stddef.h>

static const unsigned char library[] = {
#embed "../../SchemeLibrary/base.scm"
};

const void *latch_library_text(void) { return library; }
size_t latch_library_length(void) { return sizeof library; }
