// Prime numbers by the sieve, as bytes and as bits.
static unsigned char composite[1 << 20];
static unsigned bits[1 << 15];
int run(int rounds) {
  unsigned count = 0;
  for (int round = 0; round < rounds; round++) {
    for (unsigned i = 0; i < 1 << 20; i++) composite[i] = 0;
    for (unsigned i = 2; i * i < 1 << 20; i++) if (!composite[i]) for (unsigned j = i * i; j < 1 << 20; j += i) composite[j] = 1;
    for (unsigned i = 2; i < 1 << 20; i++) count += !composite[i];
    for (unsigned i = 0; i < 1 << 15; i++) bits[i] = 0;
    for (unsigned i = 2; i * i < 1 << 20; i++)
      if (!(bits[i >> 5] >> (i & 31) & 1)) for (unsigned j = i * i; j < 1 << 20; j += i) bits[j >> 5] |= 1u << (j & 31);
    for (unsigned i = 0; i < 1 << 15; i++) count += 32 - (unsigned)__builtin_popcount(bits[i]);
  }
  return (int)count;
}
