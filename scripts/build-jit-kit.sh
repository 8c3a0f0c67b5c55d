#!/bin/sh
# Builds what Sources/JITKit has: the example guest, the RISC-V emulator, and the programs that it runs, for RISC-V and natively. Needs only the Swift toolchain
# (its clang and linkers), and a C library for the native programs.
#
# usage: build-jit-kit.sh DIRECTORY [SCALE]
# SCALE: how many times as long the programs take as they do in the tests.
set -eu
here=$(dirname "$0")/../Sources/JITKit
out=$1
scale=-DSCALE=${2:-1}
mkdir -p "$out"
bin=$(dirname "$(readlink -f "$(command -v swift)")")
export PATH="$bin:$PATH"
wasm="clang --target=wasm32-wasip1 -mexec-model=reactor -std=gnu11 -O2 -nostdlib -mbulk-memory -Wall -Wextra
  -Wl,--growable-table -Wl,--export-table -Wl,--export=__stack_pointer"
$wasm "$here/example.c" -o "$out/example.wasm"
# The interpreter's instructions end in tail calls.
$wasm -mtail-call -mreference-types -Wl,--stack-first -Wl,-z,stack-size=262144 "$here"/riscv/*.c -o "$out/riscv.wasm"
for program in "$here"/riscv/programs/*.c; do
  name=$(basename "$program" .c)
  clang --target=riscv32-unknown-elf -march=rv32im -mabi=ilp32 -std=gnu11 -O1 -ffreestanding -nostdlib -static -fuse-ld=lld \
    -Wl,-Ttext=0x1000 -Wl,--image-base=0x1000 -Wall "$scale" "$program" -o "$out/$name.elf"
  clang -std=gnu11 -O1 -Wall "$scale" "$program" -o "$out/$name.native"
done
