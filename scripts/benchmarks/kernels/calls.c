// Direct calls: Fibonacci and Takeuchi numbers.
__attribute__((noinline)) static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
__attribute__((noinline)) static int takeuchi(int x, int y, int z) {
  return y >= x ? z : takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}
int run(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; i++) sum += fibonacci(27) + takeuchi(15, 10, 5 + i % 2);
  return sum;
}
