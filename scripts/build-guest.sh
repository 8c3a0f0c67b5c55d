#!/bin/sh
# Builds the guest: the both-worlds targets and SchemeGuest as one Embedded Swift module for wasm32, linked with the C and assembly
# of GuestImage/runtime; has the optimizing compiler make machine code of it; and wraps the bytes in a C file. Called by the GuestBuild plugin; needs only
# the Swift toolchain.
#
# usage: build-guest.sh PACKAGE-ROOT TOOLCHAIN-BIN OUTPUT.c WORK-DIRECTORY
set -eu
root=$1 bin=$2 output=$3 work=$4
export LC_ALL=C
fail() { echo "error: guest build: $1" >&2; exit 1; }
mkdir -p "$work/empty"
target=wasm32-unknown-none-wasm
flags="-target $target -enable-experimental-feature Embedded -enable-experimental-feature Extern -wmo -O -swift-version 6
  -parse-as-library -enforce-exclusivity=unchecked -Xllvm -sil-disable-pass=closure-specialize
  -Xllvm -sil-disable-pass=capture-prop -Xfrontend -disable-stack-protector -package-name latch"

# The sources import each other's modules by name; in the one-module build empty modules of those names satisfy the imports.
for module in WasmFormat GuestABI SchemeCore SchemeJIT; do
  if [ ! -f "$work/empty/$module.swiftmodule" ]; then
    echo "" > "$work/empty/$module.swift"
    # shellcheck disable=SC2086
    "$bin/swiftc" $flags -module-name "$module" -emit-module -o "$work/empty/$module.swiftmodule" \
      "$work/empty/$module.swift" || fail "cannot make the empty module $module"
  fi
done

# The guest writes modules; it does not read or print them.
sources=$(find "$root/Sources/WasmFormat/Vocabulary" "$root/Sources/WasmFormat/Writing" "$root/Sources/GuestABI" "$root/Sources/SchemeCore" "$root/Sources/SchemeJIT" \
  "$root/Sources/SchemeGuest" -name '*.swift' | sort)
"$root/scripts/pack-library.sh" "$root" "$work" || fail "cannot pack the library"

compile() {
  source=$1 object=$2
  shift 2
  "$bin/clang" --target=wasm32-unknown-unknown -O2 -mtail-call -mbulk-memory -std=gnu2x -ffreestanding -fno-builtin -Wno-unused-command-line-argument \
    -Xclang --embed-dir="$work" "$@" -c "$source" -o "$work/$object" || fail "$(basename "$source") does not compile"
}
build_guest() {
  # shellcheck disable=SC2086
  "$bin/swiftc" $flags -module-name Guest -suppress-warnings -Xfrontend -disable-llvm-merge-functions-pass -Xcc -mtail-call -I "$work/empty" \
    -emit-bc $sources -o "$work/guest.bc" || fail "the Swift sources do not compile"
  # Objects of sources that are there no more would be linked too.
  rm -f "$work"/*.o
  for source in Allocator.c Library.c EntryStubs.S; do compile "$root/Sources/GuestImage/runtime/$source" "$source.o"; done
  compile "$root/Sources/GuestImage/runtime/ReferenceCounting.c" ReferenceCounting.bc -flto
  unicode=$(dirname "$bin")/lib/swift/embedded/$target/libswiftUnicodeDataTables.a
  options="--compress-relocations --no-entry --growable-table --export-table --export=__stack_pointer --stack-first -z stack-size=67108864 --strip-all
    ${LATCH_GUEST_KEEP_NAMES:+--keep-section=name}"
  # The object that the bitcode becomes is linked twice: with the table's entries in another place, pointers to functions are what differs.
  rm -rf "$work/link"
  mkdir "$work/link"
  # shellcheck disable=SC2086
  "$bin/wasm-ld" --lto-O3 --save-temps "$work/guest.bc" "$work/ReferenceCounting.bc" "$work"/*.o "$unicode" $options -o "$work/link/guest.wasm" || fail "cannot link"
  # shellcheck disable=SC2086
  "$bin/wasm-ld" "$work/link/guest.wasm.lto.o" "$work"/*.o "$unicode" $options -o "$work/guest.wasm" || fail "cannot link"
  # shellcheck disable=SC2086
  "$bin/wasm-ld" "$work/link/guest.wasm.lto.o" "$work"/*.o "$unicode" $options --table-base=$((1 + distance)) -o "$work/moved.wasm" || fail "cannot link"
  rm -rf "$work/link"
}
distance=4096
# What the guest is made of, and how: one that is made of that already is not built again.
toolchain=$("$bin/swiftc" --version 2> /dev/null | head -n 1)
# shellcheck disable=SC2046,SC2086
cat $sources $(find "$root/Sources/GuestImage" "$root/Sources/SchemeLibrary" -type f | sort) "$0" "$root/scripts/pack-library.sh" | cksum > "$work/guest.next"
echo "$toolchain ${LATCH_GUEST_KEEP_NAMES:-}" >> "$work/guest.next"
if ! cmp -s "$work/guest.next" "$work/guest.stamp"; then
  rm -f "$work/guest.stamp"
  build_guest
  mv "$work/guest.next" "$work/guest.stamp"
fi

# The compilers as a program for this machine, always optimized: SwiftPM would build them twice more, and unoptimized in debug builds. What is there
# already is not built again.
tool=$work/tool
mkdir -p "$tool"
sources_so_far=$work/seen
echo "$toolchain" > "$sources_so_far"
# native MODULE FOLDER...: compiles a module, in the background.
native() {
  module=$1
  shift
  files=$(find "$@" -name '*.swift' | sort)
  # shellcheck disable=SC2086
  cat $files | cksum >> "$sources_so_far"
  cmp -s "$sources_so_far" "$tool/$module.stamp" && [ -f "$tool/$module.o" ] && return
  rm -f "$tool/$module.stamp"
  cp "$sources_so_far" "$tool/$module.next"
  # shellcheck disable=SC2086
  { "$bin/swiftc" -O -wmo -swift-version 6 -parse-as-library -package-name latch -module-name "$module" -I "$tool" \
      -I "$root/Sources/HostInstructions/include" -emit-module \
      -emit-module-path "$tool/$module.swiftmodule" -c $files -o "$tool/$module.o" && mv "$tool/$module.next" "$tool/$module.stamp"; } &
}
# built MODULE...: waits for modules that others import.
built() {
  wait
  for module; do [ -f "$tool/$module.stamp" ] || fail "$module does not compile for this machine"; done
}
# Objects of sources that are there no more would be linked too.
rm -f "$tool"/*Instructions*.o
for source in "$root"/Sources/HostInstructions/*.c; do
  "$bin/clang" -O2 -std=gnu2x -I "$root/Sources/HostInstructions/include" -c "$source" -o "$tool/HostInstructions-$(basename "$source").o" ||
    fail "$source does not compile"
done
native RawCollections "$root/Sources/RawCollections"
native RuntimeLayout "$root/Sources/RuntimeLayout"
native WasmFormat "$root/Sources/WasmFormat"
built RawCollections RuntimeLayout WasmFormat
native MachineCode "$root/Sources/MachineCode"
native CompilerInterface "$root/Sources/CompilerInterface"
built MachineCode CompilerInterface
native BBQ "$root/Sources/BBQ"
native OMG "$root/Sources/OMG"
built BBQ OMG
native SavedModules "$root/Sources/SavedModules"
built SavedModules
native SaveGuest "$root/scripts/save-guest.swift"
built SaveGuest
"$bin/swiftc" "$tool"/*.o -o "$tool/save-guest" || fail "cannot link the compilers"
"$tool/save-guest" "$work/guest.wasm" "$work/moved.wasm" "$distance" "$work/guest.saved" "$work/guest.linked" "$work/guest.pointers" || fail "cannot compile the guest to machine code"

# What frozen programs have in place of a host.
"$bin/clang" --target=wasm32-unknown-unknown -O2 -mbulk-memory -std=gnu2x -ffreestanding -fno-builtin -fPIC -fvisibility=hidden \
  -c "$root/Sources/GuestImage/wasi/Adapter.c" -o "$work/adapter.pic" || fail "the WASI adapter does not compile"
"$bin/wasm-ld" --experimental-pic -shared --no-entry --strip-all "$work/adapter.pic" -o "$work/adapter.wasm" || fail "cannot link the WASI adapter"

cat > "$output.tmp" <<END
#include "GuestImage.h"
static const uint8_t guest[] __attribute__((aligned(16))) = {
#embed "$work/guest.saved"
};
const uint8_t *latch_guest_bytes(void) { return guest; }
size_t latch_guest_length(void) { return sizeof guest; }
// Where the system lets programs have constants among their code.
#if defined(__ELF__)
static const uint8_t linked[] __attribute__((section(".text.latch_guest"), aligned(64), no_sanitize("address"))) = {
#embed "$work/guest.linked" if_empty(0)
};
#else
static const uint8_t linked[] = {0};
#endif
const uint8_t *latch_guest_linked_code(void) { return linked; }
size_t latch_guest_linked_code_length(void) { return sizeof linked; }
static const uint8_t pointers[] = {
#embed "$work/guest.pointers"
};
const uint8_t *latch_guest_pointers(void) { return pointers; }
size_t latch_guest_pointers_length(void) { return sizeof pointers; }
static const uint8_t adapter[] = {
#embed "$work/adapter.wasm"
};
const uint8_t *latch_adapter_bytes(void) { return adapter; }
size_t latch_adapter_length(void) { return sizeof adapter; }
END
mv "$output.tmp" "$output"
