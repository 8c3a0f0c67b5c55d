// Vectors of 128 bits for the kernels in this folder: the compiler's own vector types as far as they go, and for the rest a few operations that are one or two
// instructions in WebAssembly's SIMD and in SSE4.1.
#include <stdint.h>

typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

// At any address.
typedef u8x16 loose_u8x16 __attribute__((aligned(1), may_alias));
typedef i16x8 loose_i16x8 __attribute__((aligned(1), may_alias));
typedef i32x4 loose_i32x4 __attribute__((aligned(1), may_alias));
typedef u32x4 loose_u32x4 __attribute__((aligned(1), may_alias));
typedef f32x4 loose_f32x4 __attribute__((aligned(1), may_alias));
typedef f64x2 loose_f64x2 __attribute__((aligned(1), may_alias));

#define LOAD(type, address) (*(const loose_##type *)(address))
#define STORE(type, address, value) (*(loose_##type *)(address) = (value))
#define SHUFFLE __builtin_shufflevector
#define inline static inline __attribute__((always_inline))

inline u8x16 splat_u8(int x) { uint8_t b = (uint8_t)x; return (u8x16){b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b}; }
inline i16x8 splat_i16(int x) { int16_t w = (int16_t)x; return (i16x8){w, w, w, w, w, w, w, w}; }
inline i32x4 splat_i32(int x) { return (i32x4){x, x, x, x}; }
inline u32x4 splat_u32(uint32_t x) { return (u32x4){x, x, x, x}; }
inline f32x4 splat_f32(float x) { return (f32x4){x, x, x, x}; }
inline f64x2 splat_f64(double x) { return (f64x2){x, x}; }
inline u32x4 rotate(u32x4 x, int count) { return x << (uint32_t)count | x >> (uint32_t)(32 - count); }

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

/// The highest bits of all bytes.
inline unsigned mask_u8(u8x16 x) { return wasm_i8x16_bitmask((v128_t)x); }
inline unsigned mask_i32(i32x4 x) { return wasm_i32x4_bitmask((v128_t)x); }
inline int any(u8x16 x) { return wasm_v128_any_true((v128_t)x); }
/// Bytes of a table by numbers below 16.
inline u8x16 pick(u8x16 table, u8x16 numbers) { return (u8x16)wasm_i8x16_swizzle((v128_t)table, (v128_t)numbers); }
inline u8x16 subtract_saturating(u8x16 a, u8x16 b) { return (u8x16)wasm_u8x16_sub_sat((v128_t)a, (v128_t)b); }
inline i16x8 add_saturating(i16x8 a, i16x8 b) { return (i16x8)wasm_i16x8_add_sat((v128_t)a, (v128_t)b); }
inline u8x16 average(u8x16 a, u8x16 b) { return (u8x16)wasm_u8x16_avgr((v128_t)a, (v128_t)b); }
inline i32x4 dot(i16x8 a, i16x8 b) { return (i32x4)wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b); }
inline u8x16 narrow_u8(i16x8 a, i16x8 b) { return (u8x16)wasm_u8x16_narrow_i16x8((v128_t)a, (v128_t)b); }
inline i16x8 narrow_i16(i32x4 a, i32x4 b) { return (i16x8)wasm_i16x8_narrow_i32x4((v128_t)a, (v128_t)b); }
/// Products of the lower 32 bits of each half.
inline u64x2 multiply_wide(u32x4 a, u32x4 b) {
  return (u64x2)wasm_u64x2_extmul_low_u32x4((v128_t)SHUFFLE(a, a, 0, 2, 0, 2), (v128_t)SHUFFLE(b, b, 0, 2, 0, 2));
}
inline i32x4 nearest(f32x4 x) { return (i32x4)wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest((v128_t)x)); }
#else
#include <smmintrin.h>

inline unsigned mask_u8(u8x16 x) { return (unsigned)_mm_movemask_epi8((__m128i)x); }
inline unsigned mask_i32(i32x4 x) { return (unsigned)_mm_movemask_ps((__m128)x); }
inline int any(u8x16 x) { return !_mm_testz_si128((__m128i)x, (__m128i)x); }
inline u8x16 pick(u8x16 table, u8x16 numbers) { return (u8x16)_mm_shuffle_epi8((__m128i)table, (__m128i)numbers); }
inline u8x16 subtract_saturating(u8x16 a, u8x16 b) { return (u8x16)_mm_subs_epu8((__m128i)a, (__m128i)b); }
inline i16x8 add_saturating(i16x8 a, i16x8 b) { return (i16x8)_mm_adds_epi16((__m128i)a, (__m128i)b); }
inline u8x16 average(u8x16 a, u8x16 b) { return (u8x16)_mm_avg_epu8((__m128i)a, (__m128i)b); }
inline i32x4 dot(i16x8 a, i16x8 b) { return (i32x4)_mm_madd_epi16((__m128i)a, (__m128i)b); }
inline u8x16 narrow_u8(i16x8 a, i16x8 b) { return (u8x16)_mm_packus_epi16((__m128i)a, (__m128i)b); }
inline i16x8 narrow_i16(i32x4 a, i32x4 b) { return (i16x8)_mm_packs_epi32((__m128i)a, (__m128i)b); }
inline u64x2 multiply_wide(u32x4 a, u32x4 b) { return (u64x2)_mm_mul_epu32((__m128i)a, (__m128i)b); }
inline i32x4 nearest(f32x4 x) { return (i32x4)_mm_cvtps_epi32((__m128)x); }
#endif

inline u8x16 min_u8(u8x16 a, u8x16 b) { return __builtin_elementwise_min(a, b); }
inline u8x16 max_u8(u8x16 a, u8x16 b) { return __builtin_elementwise_max(a, b); }
inline i32x4 min_i32(i32x4 a, i32x4 b) { return __builtin_elementwise_min(a, b); }
inline i32x4 max_i32(i32x4 a, i32x4 b) { return __builtin_elementwise_max(a, b); }
/// Of 16 bytes.
inline int sum_u8(u8x16 x) {
  i16x8 pairs = ((i16x8)x & 255) + (i16x8)((u16x8)x >> 8);
  i32x4 sums = dot(pairs, splat_i16(1));
  return sums[0] + sums[1] + sums[2] + sums[3];
}
inline int sum_i32(i32x4 x) { return x[0] + x[1] + x[2] + x[3]; }
inline float sum_f32(f32x4 x) { return (x[0] + x[1]) + (x[2] + x[3]); }

/// Bits as integers of a number that was computed: for checksums.
inline int bits(float x) { int32_t i; __builtin_memcpy(&i, &x, 4); return i; }

/// The next of a sequence of numbers that look random.
inline uint32_t next(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }
