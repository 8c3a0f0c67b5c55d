// How references to Swift's objects are given up. This takes the place of the function that Embedded Swift brings, which became part of every function that gives up a reference,
// a tenth of the guest. It is bitcode, as the Swift sources are: a definition outside of it would not keep Embedded Swift's from being inlined.
#include <stddef.h>
#include <stdint.h>

/// The head of an object, as Swift's compiler lays it out.
struct object {
  const struct metadata *metadata;
  /// The number of references in the lower 31 bits. The highest says that the memory is not to be freed.
  uint32_t count;
};

struct metadata {
  const struct metadata *superclass;
  __attribute__((swiftcall)) void (*destroy)(__attribute__((swift_context)) struct object *);
};

#define COUNT 0x7fffffffu
/// The count of objects whose references are not counted: constants, and those that are being destroyed.
#define IMMORTAL COUNT

/// There is one thread, so the count is changed without atomic instructions.
__attribute__((noinline)) void swift_release(struct object *object) {
  if (!object) return;
  uint32_t count = object->count;
  if ((count & COUNT) == IMMORTAL) return;
  if ((count & COUNT) == 0) __builtin_trap();
  object->count = count - 1;
  if (((count - 1) & COUNT) != 0) return;
  object->count = count | IMMORTAL;
  object->metadata->destroy(object);
}
