// SHA-256 (FIPS 180-4) of each argument and of the standard input.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t constants[64];
static uint32_t initial[8];

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

// The first 32 bits of the fractional part of a root of a prime, by bisection in integers.
static uint32_t root_fraction(uint32_t prime, int degree) {
  uint64_t low = 0, high = (uint64_t)20 << 32;
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    unsigned __int128 power = middle;
    // 2^32 fractional bits per factor; two are dropped each time so that a third factor fits.
    if (degree == 2) {
      power = power * middle >> 64;
    } else {
      power = (power * middle >> 32) * middle >> 64;
    }
    if (power < prime) low = middle; else high = middle;
  }
  return (uint32_t)low;
}

static void prepare(void) {
  int found = 0;
  for (uint32_t n = 2; found < 64; n++) {
    int is_prime = 1;
    for (uint32_t d = 2; d * d <= n; d++) is_prime &= n % d != 0;
    if (!is_prime) continue;
    if (found < 8) initial[found] = root_fraction(n, 2);
    constants[found++] = root_fraction(n, 3);
  }
}

struct hash {
  uint32_t h[8];
  uint8_t block[64];
  size_t used;
  uint64_t length;
};

static void compress(struct hash *s) {
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; i++) {
    w[i] = (uint32_t)s->block[4 * i] << 24 | s->block[4 * i + 1] << 16 | s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t b = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  memcpy(v, s->h, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t t1 = v[7] + s1 + choice + constants[i] + w[i];
    uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t1;
    v[0] = t1 + s0 + majority;
  }
  for (int i = 0; i < 8; i++) s->h[i] += v[i];
}

static void add(struct hash *s, const void *data, size_t count) {
  s->length += count;
  for (const uint8_t *p = data; count > 0;) {
    size_t n = 64 - s->used < count ? 64 - s->used : count;
    memcpy(s->block + s->used, p, n);
    s->used += n, p += n, count -= n;
    if (s->used == 64) compress(s), s->used = 0;
  }
}

static void finish(struct hash *s, const char *name) {
  uint64_t bits = s->length * 8;
  uint8_t tail[72] = {0x80};
  size_t padding = (s->used < 56 ? 56 : 120) - s->used;
  for (int i = 0; i < 8; i++) tail[padding + i] = (uint8_t)(bits >> (56 - 8 * i));
  add(s, tail, padding + 8);
  for (int i = 0; i < 8; i++) printf("%08x", s->h[i]);
  printf("  %s\n", name);
}

static void start(struct hash *s) {
  memset(s, 0, sizeof *s);
  memcpy(s->h, initial, sizeof initial);
}

int main(int argc, char **argv) {
  prepare();
  struct hash s;
  for (int i = 1; i < argc; i++) {
    start(&s);
    add(&s, argv[i], strlen(argv[i]));
    finish(&s, argv[i]);
  }
  start(&s);
  static char buffer[10000];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, stdin)) > 0;) add(&s, buffer, n);
  finish(&s, "-");
  return 0;
}
