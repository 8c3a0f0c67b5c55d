// Quicksort and heapsort of integers.
enum { count = 100000 };
static int numbers[count];
static void quicksort(int *low, int *high) {
  while (high - low > 16) {
    int pivot = low[(high - low) / 2], *left = low, *right = high - 1;
    for (;;) {
      while (*left < pivot) left++;
      while (*right > pivot) right--;
      if (left >= right) break;
      int swap = *left; *left++ = *right; *right-- = swap;
    }
    if (left - low < high - left) { quicksort(low, left); low = left; } else { quicksort(left, high); high = left; }
  }
  for (int *at = low + 1; at < high; at++) {
    int value = *at, *to = at;
    while (to > low && to[-1] > value) { *to = to[-1]; to--; }
    *to = value;
  }
}
static void sift(int *heap, int root, int end) {
  int value = heap[root];
  for (int child; (child = 2 * root + 1) < end; root = child) {
    if (child + 1 < end && heap[child] < heap[child + 1]) child++;
    if (heap[child] <= value) break;
    heap[root] = heap[child];
  }
  heap[root] = value;
}
int run(int rounds) {
  unsigned x = 12345, sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) numbers[i] = (int)((x = x * 1103515245 + 12345) >> 1) % 1000000;
    quicksort(numbers, numbers + count);
    for (int i = 0; i < count; i += 1000) sum = sum * 31 + (unsigned)numbers[i];
    for (int i = 0; i < count; i++) numbers[i] ^= i * 77;
    for (int i = count / 2; i-- > 0;) sift(numbers, i, count);
    for (int end = count; end-- > 1;) { int top = numbers[0]; numbers[0] = numbers[end]; numbers[end] = top; sift(numbers, 0, end); }
    for (int i = 0; i < count; i += 1000) sum = sum * 31 + (unsigned)numbers[i];
  }
  return (int)sum;
}
