// An interpreter's loop: a stack machine that counts primes.
enum { push, load, store, add, subtract, multiply, modulo, less, jump, branch, halt };
static const int program[] = {
  push, 2, store, 0,
  // 4: while n < limit, else 67
  load, 0, load, 3, less, branch, 13, jump, 67,
  // 13: divisor = 2
  push, 2, store, 2,
  // 17: while divisor * divisor < n + 1, else 51
  load, 2, load, 2, multiply, load, 0, push, 1, add, less, branch, 32, jump, 51,
  // 32: if n % divisor < 1, go to 58
  load, 0, load, 2, modulo, push, 1, less, branch, 58,
  // 42: divisor += 1
  load, 2, push, 1, add, store, 2, jump, 17,
  // 51: count += 1
  load, 1, push, 1, add, store, 1,
  // 58: n += 1
  load, 0, push, 1, add, store, 0, jump, 4,
  halt,
};
static int stack[256];
static int execute(int limit) {
  int variables[4] = {0, 0, 0, limit};
  int *top = stack;
  const int *pc = program;
  unsigned steps = 0;
  for (;;) {
    steps++;
    switch (*pc++) {
      case push: *top++ = *pc++; break;
      case load: *top++ = variables[*pc++]; break;
      case store: variables[*pc++] = *--top; break;
      case add: top--; top[-1] += top[0]; break;
      case subtract: top--; top[-1] -= top[0]; break;
      case multiply: top--; top[-1] *= top[0]; break;
      case modulo: top--; top[-1] %= top[0]; break;
      case less: top--; top[-1] = top[-1] < top[0]; break;
      case jump: pc = program + *pc; break;
      case branch: if (*--top) pc = program + *pc; else pc++; break;
      default: return (int)steps + variables[1];
    }
  }
}
int run(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; i++) sum += execute(4000 + i);
  return sum;
}
