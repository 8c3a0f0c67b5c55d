// Sorts the same numbers by four methods, and records by two keys; prints checksums and some of the order.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { count = 50000 };

static uint32_t state = 12345;
static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static void quicksort(int32_t *a, int low, int high) {
  while (low < high) {
    int32_t pivot = a[low + (high - low) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) {
        int32_t t = a[i];
        a[i++] = a[j];
        a[j--] = t;
      }
    }
    if (j - low < high - i) {
      quicksort(a, low, j);
      low = i;
    } else {
      quicksort(a, i, high);
      high = j;
    }
  }
}

static void mergesort_range(int32_t *a, int32_t *scratch, int n) {
  if (n < 2) return;
  int middle = n / 2;
  mergesort_range(a, scratch, middle);
  mergesort_range(a + middle, scratch, n - middle);
  memcpy(scratch, a, (size_t)n * sizeof *a);
  for (int i = 0, left = 0, right = middle; i < n; i++) {
    a[i] = right == n || (left < middle && scratch[left] <= scratch[right]) ? scratch[left++] : scratch[right++];
  }
}

static void sift(int32_t *a, int root, int n) {
  for (int child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && a[child] < a[child + 1]) child++;
    if (a[root] >= a[child]) return;
    int32_t t = a[root];
    a[root] = a[child];
    a[child] = t;
  }
}

static void heapsort_all(int32_t *a, int n) {
  for (int i = n / 2; i-- > 0;) sift(a, i, n);
  while (n-- > 1) {
    int32_t t = a[0];
    a[0] = a[n];
    a[n] = t;
    sift(a, 0, n);
  }
}

static int compare(const void *x, const void *y) {
  int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;
  return (a > b) - (a < b);
}

static uint64_t checksum(const int32_t *a) {
  uint64_t sum = 14695981039346656037u;
  for (int i = 0; i < count; i++) sum = (sum ^ (uint32_t)a[i]) * 1099511628211u;
  return sum;
}

struct record {
  char name[8];
  unsigned key;
};

static int by_name_then_key(const void *x, const void *y) {
  const struct record *a = x, *b = y;
  int order = strcmp(a->name, b->name);
  return order ? order : (a->key > b->key) - (a->key < b->key);
}

int main(void) {
  static int32_t numbers[count], work[count], scratch[count];
  for (int i = 0; i < count; i++) numbers[i] = (int32_t)next();
  printf("unsorted  %016llx\n", (unsigned long long)checksum(numbers));
  memcpy(work, numbers, sizeof work);
  quicksort(work, 0, count - 1);
  printf("quicksort %016llx\n", (unsigned long long)checksum(work));
  memcpy(work, numbers, sizeof work);
  mergesort_range(work, scratch, count);
  printf("mergesort %016llx\n", (unsigned long long)checksum(work));
  memcpy(work, numbers, sizeof work);
  heapsort_all(work, count);
  printf("heapsort  %016llx\n", (unsigned long long)checksum(work));
  memcpy(work, numbers, sizeof work);
  qsort(work, count, sizeof *work, compare);
  printf("qsort     %016llx\n", (unsigned long long)checksum(work));
  printf("%d %d %d\n", work[0], work[count / 2], work[count - 1]);

  static struct record records[200];
  for (int i = 0; i < 200; i++) {
    snprintf(records[i].name, sizeof records[i].name, "n%02u", next() % 40);
    records[i].key = next() % 1000;
  }
  qsort(records, 200, sizeof *records, by_name_then_key);
  for (int i = 0; i < 200; i += 13) printf("%s %u\n", records[i].name, records[i].key);
  return 0;
}
