// A recursive descent parser for nested lists of numbers, strings and names, over a text made on the spot.
static char text[1 << 16];
static const char *at;
static unsigned seed, sum, depth_seen;
static unsigned next_random(void) { return (seed = seed * 1664525u + 1013904223u) >> 16; }
static char *write_value(char *p, int depth) {
  switch (depth > 5 ? next_random() % 3 : next_random() % 5) {
    case 0: for (unsigned n = 1 + next_random() % 6; n; n--) *p++ = '0' + next_random() % 10; break;
    case 1: *p++ = '"'; for (unsigned n = next_random() % 10; n; n--) *p++ = 'a' + next_random() % 26; *p++ = '"'; break;
    case 2: *p++ = 't'; *p++ = 'r'; *p++ = 'u'; *p++ = 'e'; break;
    default:
      *p++ = '[';
      for (unsigned n = next_random() % 5; n; n--) { p = write_value(p, depth + 1); *p++ = n > 1 ? ',' : ' '; }
      *p++ = ']';
  }
  return p;
}
static void skip_space(void) { while (*at == ' ' || *at == ',') at++; }
static int value(unsigned depth) {
  if (depth > depth_seen) depth_seen = depth;
  skip_space();
  if (*at >= '0' && *at <= '9') {
    unsigned number = 0;
    while (*at >= '0' && *at <= '9') number = number * 10 + (unsigned)(*at++ - '0');
    sum += number;
  } else if (*at == '"') {
    unsigned hash = 5381;
    for (at++; *at != '"'; at++) hash = hash * 33 + (unsigned char)*at;
    at++;
    sum ^= hash;
  } else if (*at == 't') {
    at += 4;
    sum++;
  } else if (*at == '[') {
    at++;
    for (skip_space(); *at != ']'; skip_space()) if (!value(depth + 1)) return 0;
    at++;
  } else return 0;
  return 1;
}
int run(int rounds) {
  seed = 7; sum = 0; depth_seen = 0;
  char *p = text;
  *p++ = '[';
  while (p < text + sizeof text - 4096) { p = write_value(p, 1); *p++ = ','; }
  *p++ = ']';
  *p = 0;
  for (int round = 0; round < rounds * 20; round++) { at = text; if (!value(0)) return -1; }
  return (int)(sum + depth_seen);
}
