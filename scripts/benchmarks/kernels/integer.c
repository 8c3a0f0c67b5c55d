// 32-bit arithmetic: lengths of Collatz sequences, greatest common divisors.
static unsigned gcd(unsigned a, unsigned b) {
  while (b) { unsigned rest = a % b; a = b; b = rest; }
  return a;
}
int run(int rounds) {
  unsigned sum = 0;
  for (unsigned start = 1; start < (unsigned)rounds * 20000; start++) {
    unsigned n = start, length = 0;
    while (n != 1 && length < 200) { n = n & 1 ? 3 * n + 1 : n >> 1; length++; }
    sum = sum * 31 + length;
    if ((start & 7) == 0) sum += gcd(start * 2654435761u, start + 1);
  }
  return sum;
}
