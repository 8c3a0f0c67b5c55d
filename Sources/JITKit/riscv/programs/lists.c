// Linked lists: building, reversing, merging, summing.
#include "support.h"

struct cell {
  struct cell *next;
  uint32_t value;
};

enum { count = 4000, rounds = 2000 * SCALE };
static struct cell cells[count];

static struct cell *build(void) {
  struct cell *list = 0;
  for (uint32_t index = 0; index < count; index++) {
    cells[index] = (struct cell){list, next_random() >> 8};
    list = &cells[index];
  }
  return list;
}

static struct cell *reverse(struct cell *list) {
  struct cell *result = 0;
  while (list) {
    struct cell *next = list->next;
    list->next = result;
    result = list;
    list = next;
  }
  return result;
}

static struct cell *merge(struct cell *a, struct cell *b) {
  struct cell head = {0, 0}, *last = &head;
  while (a && b) {
    struct cell **smaller = a->value < b->value ? &a : &b;
    last->next = *smaller;
    last = *smaller;
    *smaller = last->next;
  }
  last->next = a ? a : b;
  return head.next;
}

static struct cell *sort(struct cell *list) {
  if (!list || !list->next) return list;
  struct cell *slow = list, *fast = list->next;
  while (fast && fast->next) {
    slow = slow->next;
    fast = fast->next->next;
  }
  struct cell *half = slow->next;
  slow->next = 0;
  return merge(sort(list), sort(half));
}

int main(void) {
  uint32_t sum = 0;
  struct cell *list = sort(build());
  for (uint32_t round = 0; round < rounds; round++) {
    list = reverse(list);
    for (struct cell *cell = list; cell; cell = cell->next) sum = sum * 3 + cell->value + round;
    if (round % 100 == 0) list = sort(list);
  }
  report("lists", sum);
  return 0;
}
