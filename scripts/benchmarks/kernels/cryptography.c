// ChaCha20 blocks and SHA-256: rotations, additions and exclusive ors on small arrays.
static unsigned rotate(unsigned x, int n) { return x << n | x >> (32 - n); }
#define QUARTER(a, b, c, d) \
  a += b; d = rotate(d ^ a, 16); c += d; b = rotate(b ^ c, 12); a += b; d = rotate(d ^ a, 8); c += d; b = rotate(b ^ c, 7)
static void chacha(unsigned out[16], const unsigned in[16]) {
  unsigned x[16];
  for (int i = 0; i < 16; i++) x[i] = in[i];
  for (int i = 0; i < 10; i++) {
    QUARTER(x[0], x[4], x[8], x[12]); QUARTER(x[1], x[5], x[9], x[13]); QUARTER(x[2], x[6], x[10], x[14]); QUARTER(x[3], x[7], x[11], x[15]);
    QUARTER(x[0], x[5], x[10], x[15]); QUARTER(x[1], x[6], x[11], x[12]); QUARTER(x[2], x[7], x[8], x[13]); QUARTER(x[3], x[4], x[9], x[14]);
  }
  for (int i = 0; i < 16; i++) out[i] = x[i] + in[i];
}
static unsigned constants[64];
// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static void make_constants(void) {
  int count = 0;
  for (unsigned p = 2; count < 64; p++) {
    int prime = 1;
    for (unsigned d = 2; d * d <= p; d++) if (p % d == 0) prime = 0;
    if (!prime) continue;
    double low = 1, high = 8;
    for (int i = 0; i < 60; i++) { double m = (low + high) / 2; if (m * m * m <= p) low = m; else high = m; }
    constants[count++] = (unsigned)((low - (int)low) * 4294967296.0);
  }
}
static void sha(unsigned state[8], const unsigned block[16]) {
  unsigned w[64];
  for (int i = 0; i < 16; i++) w[i] = block[i];
  for (int i = 16; i < 64; i++) {
    unsigned s0 = rotate(w[i - 15], 25) ^ rotate(w[i - 15], 14) ^ w[i - 15] >> 3, s1 = rotate(w[i - 2], 15) ^ rotate(w[i - 2], 13) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  unsigned a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    unsigned t1 = h + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    unsigned t2 = (rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}
int run(int rounds) {
  make_constants();
  unsigned key[16], stream[16], state[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int i = 0; i < 16; i++) key[i] = i * 0x01010101u;
  for (int round = 0; round < rounds * 4000; round++) {
    key[12]++;
    chacha(stream, key);
    sha(state, stream);
  }
  return (int)(state[0] ^ state[3] ^ state[7]);
}
