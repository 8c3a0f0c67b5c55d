// What the programs need of a system: with a C library it is that one's, for RISC-V it is here.
#pragma once
#include <stdint.h>

/// How many times as long a program takes as it does in the tests.
#ifndef SCALE
#define SCALE 1
#endif

#ifdef __riscv
static long system_call(long number, long a, long b, long c) {
  register long a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c, a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}

int main(void);

__attribute__((naked, used)) void _start(void) {
  __asm__ volatile("call main\nli a7, 93\necall\n");
}

static void write_text(const char *text, uint32_t length) { system_call(64, 1, (long)text, (long)length); }

void *memset(void *target, int byte, __SIZE_TYPE__ count) {
  for (uint8_t *at = target; count; count--) *at++ = (uint8_t)byte;
  return target;
}

void *memcpy(void *target, const void *source, __SIZE_TYPE__ count) {
  const uint8_t *from = source;
  for (uint8_t *at = target; count; count--) *at++ = *from++;
  return target;
}
#else
#include <stdio.h>
static void write_text(const char *text, uint32_t length) { fwrite(text, 1, length, stdout); }
#endif

/// Writes a line: a name and a number.
static void report(const char *name, uint32_t number) {
  char text[64];
  uint32_t length = 0, digits = 0;
  char reversed[12];
  while (*name) text[length++] = *name++;
  text[length++] = ' ';
  do reversed[digits++] = (char)('0' + number % 10); while (number /= 10);
  while (digits) text[length++] = reversed[--digits];
  text[length++] = '\n';
  write_text(text, length);
}

/// A linear congruential generator.
static uint32_t random_state = 12345;
static inline uint32_t next_random(void) { return random_state = random_state * 1664525 + 1013904223; }
