// A state machine that counts words, numbers and lines of a text.
#include "support.h"

enum { length = 65536, rounds = 150 * SCALE };
static char text[length];

static void make_text(void) {
  static const char letters[] = "abc de f1234 56\nxyz 7 _,.";
  for (int index = 0; index < length; index++) text[index] = letters[(next_random() >> 16) % (sizeof letters - 1)];
}

enum state { between, in_word, in_number, in_other };

int main(void) {
  make_text();
  uint32_t words = 0, numbers = 0, lines = 0, others = 0;
  for (int round = 0; round < rounds; round++) {
    enum state state = between;
    for (int index = 0; index < length; index++) {
      char c = text[index];
      int is_letter = c >= 'a' && c <= 'z', is_digit = c >= '0' && c <= '9';
      if (c == '\n') lines++;
      switch (state) {
        case between:
          if (is_letter) words++, state = in_word;
          else if (is_digit) numbers++, state = in_number;
          else if (c != ' ' && c != '\n') others++, state = in_other;
          break;
        case in_word:
          if (!is_letter && !is_digit) state = between;
          break;
        case in_number:
          if (is_letter) state = in_word, numbers--, words++;
          else if (!is_digit) state = between;
          break;
        case in_other:
          if (c == ' ' || c == '\n') state = between;
          break;
      }
    }
    text[round] = "a1 "[round % 3];
  }
  report("words", words);
  report("numbers", numbers);
  report("lines", lines);
  report("others", others);
  return 0;
}
