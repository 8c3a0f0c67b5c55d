// A tokenizer: a switch over characters in a loop, with short unpredictable branches.
static char text[65536];
static unsigned seed;
static unsigned next_random(void) { return seed = seed * 1664525u + 1013904223u; }
int run(int rounds) {
  static const char letters[] = "abcxyz019  \n+-*/()[]{}<>=!\"'_.,;";
  seed = 1;
  for (unsigned i = 0; i < sizeof text; i++) text[i] = letters[(next_random() >> 20) & 31];
  unsigned words = 0, numbers = 0, lines = 0, operators = 0, depth = 0, other = 0;
  for (int round = 0; round < rounds * 20; round++) {
    int state = 0;
    for (unsigned i = 0; i < sizeof text; i++) {
      char c = text[i];
      switch (c) {
        case ' ': state = 0; break;
        case '\n': state = 0; lines++; break;
        case '0': case '1': case '2': case '9': if (state == 0) { numbers++; state = 2; } break;
        case '(': case '[': case '{': depth++; state = 0; break;
        case ')': case ']': case '}': if (depth) depth--; state = 0; break;
        case '+': case '-': case '*': case '/': case '<': case '>': case '=': case '!': operators++; state = 0; break;
        case '"': state = state == 3 ? 0 : 3; break;
        default:
          if ((c >= 'a' && c <= 'z') || c == '_') { if (state != 1 && state != 2) { words++; state = 1; } } else other++;
      }
    }
  }
  return words + numbers * 3 + lines * 5 + operators * 7 + depth * 11 + other * 13;
}
