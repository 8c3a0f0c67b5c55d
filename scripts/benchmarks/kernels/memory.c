// Loads and stores of bytes, halves and words over a buffer larger than the first caches.
static unsigned char bytes[1 << 20];
static unsigned short halves[1 << 18];
static unsigned words[1 << 18];
int run(int rounds) {
  unsigned sum = 0;
  for (unsigned i = 0; i < 1 << 18; i++) words[i] = 0;
  for (int round = 0; round < rounds * 4; round++) {
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 7 + round);
    for (unsigned i = 0; i < 1 << 18; i++) halves[i] = (unsigned short)(bytes[i * 4] + bytes[i * 4 + 1] * 256);
    for (unsigned i = 0; i < 1 << 18; i++) words[i] = halves[i] + bytes[i] + words[(i * 17) & 0x3ffff];
    for (unsigned i = 0; i < 1 << 18; i += 3) sum += words[i] ^ halves[i];
  }
  return sum;
}
