// Calls through a table of function pointers.
typedef int operation(int, int);
static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return a * b + 1; }
static int exclusive(int a, int b) { return a ^ b; }
static int shift(int a, int b) { return (a << 3) | (b & 7); }
static int rotate(int a, int b) { return (int)((unsigned)a >> 5 | (unsigned)a << 27) + b; }
static int smaller(int a, int b) { return a < b ? a : b; }
static int masked(int a, int b) { return a & ~b; }
static operation *const operations[] = {add, subtract, multiply, exclusive, shift, rotate, smaller, masked};
int run(int rounds) {
  int value = 1;
  unsigned choice = 1;
  for (int i = 0; i < rounds * 2000000; i++) {
    choice = choice * 69069 + 1;
    value = operations[choice >> 29](value, i);
  }
  return value;
}
