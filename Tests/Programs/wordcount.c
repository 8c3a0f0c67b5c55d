// Counts lines, words and bytes of the standard input and lists the most frequent words.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
  char *text;
  unsigned count;
  struct word *next;
};

static struct word *buckets[1024];
static size_t distinct;

static void add(const char *text) {
  unsigned hash = 5381;
  for (const char *c = text; *c; c++) hash = hash * 33 ^ (unsigned char)*c;
  struct word **slot = &buckets[hash % 1024];
  for (struct word *w = *slot; w; w = w->next) {
    if (strcmp(w->text, text) == 0) {
      w->count++;
      return;
    }
  }
  struct word *fresh = malloc(sizeof *fresh);
  *fresh = (struct word){.text = strdup(text), .count = 1, .next = *slot};
  *slot = fresh;
  distinct++;
}

static int more_frequent(const void *a, const void *b) {
  const struct word *left = *(struct word *const *)a, *right = *(struct word *const *)b;
  if (left->count != right->count) return left->count < right->count ? 1 : -1;
  return strcmp(left->text, right->text);
}

int main(void) {
  unsigned long lines = 0, words = 0, bytes = 0;
  char word[64];
  size_t length = 0;
  int c;
  do {
    c = getchar();
    if (c != EOF) bytes++;
    if (c == '\n') lines++;
    if (c != EOF && isalpha(c)) {
      if (length < sizeof word - 1) word[length++] = (char)tolower(c);
    } else if (length > 0) {
      word[length] = 0;
      add(word);
      words++;
      length = 0;
    }
  } while (c != EOF);
  printf("%7lu %7lu %7lu\n", lines, words, bytes);

  struct word **all = malloc(distinct * sizeof *all + 1);
  size_t count = 0;
  for (size_t i = 0; i < 1024; i++) {
    for (struct word *w = buckets[i]; w; w = w->next) all[count++] = w;
  }
  qsort(all, count, sizeof *all, more_frequent);
  for (size_t i = 0; i < count && i < 12; i++) printf("%-12s %u\n", all[i]->text, all[i]->count);
  return words == 0;
}
