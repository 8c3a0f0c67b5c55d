// Shortest paths in a grid of weights with a binary heap.
enum { side = 192, nodes = side * side };
static unsigned char weight[nodes];
static unsigned distance[nodes], heap[nodes * 4], keys[nodes * 4];
static int count;
static void push(unsigned node, unsigned key) {
  int i = count++;
  while (i > 0) {
    int parent = (i - 1) / 2;
    if (keys[parent] <= key) break;
    keys[i] = keys[parent]; heap[i] = heap[parent]; i = parent;
  }
  keys[i] = key; heap[i] = node;
}
static unsigned pop(unsigned *key) {
  unsigned top = heap[0], last = keys[--count], node = heap[count];
  *key = keys[0];
  int i = 0;
  for (;;) {
    int child = 2 * i + 1;
    if (child >= count) break;
    if (child + 1 < count && keys[child + 1] < keys[child]) child++;
    if (last <= keys[child]) break;
    keys[i] = keys[child]; heap[i] = heap[child]; i = child;
  }
  keys[i] = last; heap[i] = node;
  return top;
}
int run(int rounds) {
  unsigned seed = 11, sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < nodes; i++) { weight[i] = 1 + ((seed = seed * 1664525u + 1013904223u) >> 27); distance[i] = 0xFFFFFFFF; }
    count = 0; distance[0] = 0; push(0, 0);
    while (count) {
      unsigned key, node = pop(&key);
      if (key > distance[node]) continue;
      int x = node % side, y = node / side;
      for (int d = 0; d < 4; d++) {
        int nx = x + (d == 0) - (d == 1), ny = y + (d == 2) - (d == 3);
        if (nx < 0 || ny < 0 || nx >= side || ny >= side) continue;
        unsigned next = ny * side + nx, length = key + weight[next];
        if (length < distance[next]) { distance[next] = length; push(next, length); }
      }
    }
    sum += distance[nodes - 1] + distance[side - 1];
  }
  return (int)sum;
}
