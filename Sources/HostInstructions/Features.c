// What the processor has. glibc has asked it already, and says what the system saves besides; the instruction itself costs a virtual machine tens of microseconds.
#include "HostInstructions.h"

/// As RuntimeLayout's ProcessorFeatures.
enum { bmi1 = 1, bmi2 = 2, lzcnt = 4, avx = 8, avx2 = 16, fma = 32, sse41 = 64 };

#if defined(__x86_64__)

#include <cpuid.h>

/// Some registers of three leaves: 1, 7 and 0x80000001.
struct leaves {
  uint32_t ecx1, ebx7, ecx81;
};

static struct leaves asked_here(bool *has_avx_state) {
  struct leaves leaves = {0, 0, 0};
  unsigned a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d)) leaves.ecx1 = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) leaves.ebx7 = b;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) leaves.ecx81 = c;
  // The system has to save the registers: bits 1 and 2 of the extended control register 0.
  *has_avx_state = false;
  if (leaves.ecx1 & bit_OSXSAVE) {
    __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    *has_avx_state = (a & 6) == 6;
  }
  return leaves;
}

#if defined(__GLIBC__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

static struct leaves leaves_of_this_processor(bool *has_avx_state) {
  const struct cpuid_feature *first = __x86_get_cpuid_feature_leaf(CPUID_INDEX_1);
  const struct cpuid_feature *seventh = __x86_get_cpuid_feature_leaf(CPUID_INDEX_7);
  const struct cpuid_feature *extended = __x86_get_cpuid_feature_leaf(CPUID_INDEX_80000001);
  if (!first || !seventh || !extended || !first->cpuid_array[2]) return asked_here(has_avx_state);
  *has_avx_state = first->active_array[2] & bit_AVX;
  return (struct leaves){first->cpuid_array[2], seventh->cpuid_array[1], extended->cpuid_array[2]};
}
#else
static struct leaves leaves_of_this_processor(bool *has_avx_state) { return asked_here(has_avx_state); }
#endif

uint32_t latch_processor_features(void) {
  bool has_avx_state;
  struct leaves leaves = leaves_of_this_processor(&has_avx_state);
  uint32_t features = 0;
  if (leaves.ecx1 & bit_SSE4_1) features |= sse41;
  if (leaves.ecx1 & bit_AVX && has_avx_state) {
    features |= avx;
    if (leaves.ebx7 & bit_AVX2) features |= avx2;
    if (leaves.ecx1 & bit_FMA) features |= fma;
  }
  if (leaves.ebx7 & bit_BMI) features |= bmi1;
  if (leaves.ebx7 & bit_BMI2) features |= bmi2;
  // Of AMD's leaf: LZCNT.
  if (leaves.ecx81 & 1 << 5) features |= lzcnt;
  return features;
}

bool latch_has_checksum_instructions(void) {
  bool has_avx_state;
  struct leaves leaves = leaves_of_this_processor(&has_avx_state);
  return leaves.ecx1 & bit_SSE4_2;
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

uint32_t latch_processor_features(void) { return 0; }

bool latch_has_checksum_instructions(void) {
  enum { hwcap_crc32 = 1 << 7 };
  return getauxval(AT_HWCAP) & hwcap_crc32;
}

#else

uint32_t latch_processor_features(void) { return 0; }

bool latch_has_checksum_instructions(void) {
#if defined(__aarch64__) && defined(__APPLE__)
  return true;
#else
  return false;
#endif
}

#endif
