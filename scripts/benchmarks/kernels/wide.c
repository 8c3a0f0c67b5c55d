// 64-bit arithmetic: xorshift generators, modular powers, division.
typedef unsigned long long u64;
static u64 power(u64 base, u64 exponent, u64 modulus) {
  u64 result = 1;
  while (exponent) {
    if (exponent & 1) result = result * base % modulus;
    base = base * base % modulus;
    exponent >>= 1;
  }
  return result;
}
int run(int rounds) {
  u64 state = 88172645463325252ull, sum = 0;
  for (int i = 0; i < rounds * 1000000; i++) {
    state ^= state << 13; state ^= state >> 7; state ^= state << 17;
    sum += state * 0x9E3779B97F4A7C15ull;
    if ((i & 1023) == 0) sum ^= power(state & 0x7fffffff, i | 1, 2147483647);
    if ((i & 15) == 0) sum += (long long)state / (i + 3) + state % 1000003;
  }
  return (int)(sum ^ sum >> 32);
}
