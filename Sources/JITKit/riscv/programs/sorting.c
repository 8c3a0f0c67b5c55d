// Quicksort and heapsort of integers.
#include "support.h"

enum { count = 50000, rounds = 6 * SCALE };
static uint32_t numbers[count];

static void quicksort(uint32_t *low, uint32_t *high) {
  while (high - low > 16) {
    uint32_t pivot = low[(high - low) / 2], *left = low, *right = high - 1;
    while (left <= right) {
      while (*left < pivot) left++;
      while (*right > pivot) right--;
      if (left > right) break;
      uint32_t other = *left;
      *left++ = *right;
      *right-- = other;
    }
    if (right + 1 - low < high - left) {
      quicksort(low, right + 1);
      low = left;
    } else {
      quicksort(left, high);
      high = right + 1;
    }
  }
  for (uint32_t *at = low + 1; at < high; at++) {
    uint32_t value = *at, *to = at;
    for (; to > low && to[-1] > value; to--) *to = to[-1];
    *to = value;
  }
}

static void sift(uint32_t root, uint32_t end) {
  uint32_t value = numbers[root];
  for (uint32_t child; (child = 2 * root + 1) < end; root = child) {
    if (child + 1 < end && numbers[child + 1] > numbers[child]) child++;
    if (numbers[child] <= value) break;
    numbers[root] = numbers[child];
  }
  numbers[root] = value;
}

static void heapsort(void) {
  for (uint32_t root = count / 2; root-- > 0;) sift(root, count);
  for (uint32_t end = count - 1; end > 0; end--) {
    uint32_t other = numbers[0];
    numbers[0] = numbers[end];
    numbers[end] = other;
    sift(0, end);
  }
}

int main(void) {
  uint32_t sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (uint32_t index = 0; index < count; index++) numbers[index] = next_random();
    if (round % 2) heapsort(); else quicksort(numbers, numbers + count);
    for (uint32_t index = 0; index < count; index++) {
      if (index && numbers[index - 1] > numbers[index]) return 1;
      sum = sum * 5 + numbers[index];
    }
  }
  report("sorting", sum);
  return 0;
}
