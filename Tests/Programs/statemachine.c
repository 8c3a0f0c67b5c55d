// A recogniser of JSON as one state machine with a stack of its own: no recursion, no jumps out. Says where text goes wrong.
#include <stdio.h>
#include <string.h>

enum state { value, first_key, key, colon, after, first_element, string, escape, hex, number_start, zero, digits, point, fraction, exponent, exponent_sign, exponent_digits, literal, end };

static const char *const names[] = {"value", "key or }", "key", ":", ", or end", "value or ]", "string", "escape", "hex digit", "digit", "number", "digits", "digit after point", "fraction", "exponent", "exponent digit", "exponent digits", "literal", "end"};

static char stack[256];
static int depth, deepest;
static const char *rest_of_literal;
static int is_key, hex_digits;
static long counts[end + 1];

static enum state begin_value(int c) {
  switch (c) {
    case '{': if (depth == 255) return -1; stack[depth++] = '{'; if (depth > deepest) deepest = depth; return first_key;
    case '[': if (depth == 255) return -1; stack[depth++] = '['; if (depth > deepest) deepest = depth; return first_element;
    case '"': is_key = 0; return string;
    case '-': return number_start;
    case '0': return zero;
    case 't': rest_of_literal = "rue"; return literal;
    case 'f': rest_of_literal = "alse"; return literal;
    case 'n': rest_of_literal = "ull"; return literal;
    default: return c >= '1' && c <= '9' ? digits : (enum state)-1;
  }
}

static enum state after_value(void) { return depth == 0 ? end : after; }

static enum state step(enum state s, int c) {
  int is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r', is_digit = c >= '0' && c <= '9';
again:
  switch (s) {
    case value: return is_space ? value : begin_value(c);
    case first_element:
      if (c == ']') { depth--; return after_value(); }
      return is_space ? s : begin_value(c);
    case first_key:
      if (c == '}') { depth--; return after_value(); }
      // falls through: as any key
    case key:
      if (is_space) return s;
      is_key = 1;
      return c == '"' ? string : (enum state)-1;
    case colon: return is_space ? s : c == ':' ? value : (enum state)-1;
    case after:
      if (is_space) return s;
      if (c == ',') return stack[depth - 1] == '{' ? key : value;
      if (c == (stack[depth - 1] == '{' ? '}' : ']')) { depth--; return after_value(); }
      return -1;
    case string:
      if (c == '"') return is_key ? colon : after_value();
      return c == '\\' ? escape : c < 32 ? (enum state)-1 : string;
    case escape:
      if (c == 'u') { hex_digits = 4; return hex; }
      return strchr("\"\\/bfnrt", c) && c ? string : (enum state)-1;
    case hex:
      if (!is_digit && !((c | 32) >= 'a' && (c | 32) <= 'f')) return -1;
      return --hex_digits ? hex : string;
    case number_start: return c == '0' ? zero : is_digit ? digits : (enum state)-1;
    case digits: if (is_digit) return digits; // falls through
    case zero:
      if (c == '.') return point;
      if (c == 'e' || c == 'E') return exponent;
      s = after_value();
      goto again;
    case point: return is_digit ? fraction : (enum state)-1;
    case fraction:
      if (is_digit) return fraction;
      if (c == 'e' || c == 'E') return exponent;
      s = after_value();
      goto again;
    case exponent: if (c == '+' || c == '-') return exponent_sign; // falls through
    case exponent_sign: return is_digit ? exponent_digits : (enum state)-1;
    case exponent_digits:
      if (is_digit) return s;
      s = after_value();
      goto again;
    case literal:
      if (c != *rest_of_literal++) return -1;
      return *rest_of_literal ? literal : after_value();
    case end: return is_space ? end : (enum state)-1;
  }
  return -1;
}

int main(void) {
  char line[4096];
  int wrong = 0;
  while (fgets(line, sizeof line, stdin)) {
    enum state s = value;
    depth = deepest = 0;
    size_t i = 0;
    for (; line[i]; i++) {
      enum state next = step(s, (unsigned char)line[i]);
      if ((int)next < 0) break;
      counts[s = next]++;
    }
    if (line[i] || s != end) {
      wrong++;
      printf("wrong at %zu, wanted %s\n", i, names[s]);
    } else {
      printf("right, depth %d\n", deepest);
    }
  }
  for (int i = 0; i <= end; i++) printf("%s%ld", i ? " " : "", counts[i]);
  printf("\n");
  return wrong;
}
