// Compresses the standard input by LZ77 and canonical Huffman codes, expands it again, and says how large it became.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { window = 1 << 15, shortest = 4, longest = 258, symbols = 512 };

// Tokens: a literal is its byte; a match is 256 plus the length class, then length and distance as plain bits.
struct bits {
  uint8_t *bytes;
  size_t count, capacity;
  uint64_t buffer;
  int used;
};

static void put(struct bits *out, uint32_t value, int width) {
  out->buffer |= (uint64_t)value << out->used;
  out->used += width;
  while (out->used >= 8) {
    if (out->count == out->capacity) out->bytes = realloc(out->bytes, out->capacity = out->capacity * 2 + 64);
    out->bytes[out->count++] = (uint8_t)out->buffer;
    out->buffer >>= 8;
    out->used -= 8;
  }
}

static uint32_t get(struct bits *in, int width) {
  while (in->used < width) {
    uint64_t byte = in->count < in->capacity ? in->bytes[in->count] : 0;
    in->count++;
    in->buffer |= byte << in->used;
    in->used += 8;
  }
  uint32_t value = (uint32_t)(in->buffer & ((1ull << width) - 1));
  in->buffer >>= width;
  in->used -= width;
  return value;
}

// Lengths of Huffman codes, at most 15: counts are halved until they fit.
static void lengths(const uint32_t *frequency, uint8_t *length) {
  uint32_t weight[2 * symbols];
  int parent[2 * symbols], alive[2 * symbols];
  for (int shift = 0;; shift++) {
    int nodes = 0, left = 0, longest_code = 0;
    for (int i = 0; i < symbols; i++) {
      weight[i] = frequency[i] ? (frequency[i] >> shift) + 1 : 0;
      alive[i] = weight[i] > 0;
      left += alive[i];
      parent[i] = -1;
    }
    nodes = symbols;
    while (left > 1) {
      int a = -1, b = -1;
      for (int i = 0; i < nodes; i++) {
        if (!alive[i]) continue;
        if (a < 0 || weight[i] < weight[a]) {
          b = a;
          a = i;
        } else if (b < 0 || weight[i] < weight[b]) {
          b = i;
        }
      }
      weight[nodes] = weight[a] + weight[b];
      parent[nodes] = -1;
      alive[nodes] = 1;
      alive[a] = alive[b] = 0;
      parent[a] = parent[b] = nodes++;
      left--;
    }
    for (int i = 0; i < symbols; i++) {
      length[i] = 0;
      if (weight[i] == 0) continue;
      for (int n = i; parent[n] >= 0; n = parent[n]) length[i]++;
      if (length[i] == 0) length[i] = 1;
      if (length[i] > longest_code) longest_code = length[i];
    }
    if (longest_code <= 15) return;
  }
}

// Canonical codes, bits reversed so that they are read from the lowest bit on.
static void codes(const uint8_t *length, uint16_t *code) {
  unsigned next = 0;
  for (int width = 1; width <= 15; width++) {
    for (int i = 0; i < symbols; i++) {
      if (length[i] != width) continue;
      unsigned reversed = 0;
      for (int b = 0; b < width; b++) reversed |= (next >> b & 1) << (width - 1 - b);
      code[i] = (uint16_t)reversed;
      next++;
    }
    next <<= 1;
  }
}

struct token {
  uint16_t symbol, extra;
  uint16_t distance;
};

static size_t tokenize(const uint8_t *in, size_t size, struct token *out) {
  static int32_t heads[1 << 14], previous[window];
  memset(heads, -1, sizeof heads);
  size_t count = 0;
  for (size_t i = 0; i < size;) {
    size_t best = 0, distance = 0;
    if (i + shortest <= size) {
      uint32_t four;
      memcpy(&four, in + i, 4);
      uint32_t hash = four * 2654435761u >> 18;
      int32_t candidate = heads[hash];
      for (int tries = 0; tries < 32 && candidate >= 0 && i - (size_t)candidate < window; tries++) {
        size_t length = 0;
        while (length < longest && i + length < size && in[candidate + length] == in[i + length]) length++;
        if (length > best) best = length, distance = i - (size_t)candidate;
        candidate = previous[candidate % window];
      }
      previous[i % window] = heads[hash];
      heads[hash] = (int32_t)i;
    }
    if (best >= shortest) {
      out[count++] = (struct token){.symbol = (uint16_t)(256 + best / 4), .extra = best % 4, .distance = (uint16_t)distance};
      i += best;
    } else {
      out[count++] = (struct token){.symbol = in[i++]};
    }
  }
  return count;
}

static struct bits compress(const uint8_t *in, size_t size) {
  struct token *tokens = malloc((size + 1) * sizeof *tokens);
  size_t count = tokenize(in, size, tokens);
  uint32_t frequency[symbols] = {0};
  for (size_t i = 0; i < count; i++) frequency[tokens[i].symbol]++;
  uint8_t length[symbols];
  uint16_t code[symbols];
  lengths(frequency, length);
  codes(length, code);
  struct bits out = {0};
  put(&out, (uint32_t)count, 32);
  for (int i = 0; i < symbols; i++) put(&out, length[i], 4);
  for (size_t i = 0; i < count; i++) {
    struct token t = tokens[i];
    put(&out, code[t.symbol], length[t.symbol]);
    if (t.symbol >= 256) put(&out, t.extra, 2), put(&out, t.distance, 15);
  }
  put(&out, 0, 7);
  free(tokens);
  return out;
}

static size_t expand(struct bits in, uint8_t *out) {
  in.capacity = in.count;
  in.count = 0;
  in.buffer = 0;
  in.used = 0;
  uint32_t count = get(&in, 32);
  uint8_t length[symbols];
  uint16_t code[symbols];
  for (int i = 0; i < symbols; i++) length[i] = (uint8_t)get(&in, 4);
  codes(length, code);
  static int16_t table[16][1 << 15];
  memset(table, -1, sizeof table);
  for (int i = 0; i < symbols; i++) {
    if (length[i]) table[length[i]][code[i]] = (int16_t)i;
  }
  size_t size = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t bits = 0;
    int width = 0, symbol = -1;
    while (symbol < 0) {
      bits |= get(&in, 1) << width++;
      if (width > 15) return 0;
      symbol = table[width][bits];
    }
    if (symbol < 256) {
      out[size++] = (uint8_t)symbol;
    } else {
      uint32_t n = (uint32_t)(symbol - 256) * 4 + get(&in, 2), distance = get(&in, 15);
      for (uint32_t k = 0; k < n; k++, size++) out[size] = out[size - distance];
    }
  }
  return size;
}

int main(void) {
  size_t size = 0, capacity = 1 << 16;
  uint8_t *text = malloc(capacity);
  for (size_t n; (n = fread(text + size, 1, capacity - size, stdin)) > 0;) {
    size += n;
    if (size == capacity) text = realloc(text, capacity *= 2);
  }
  struct bits packed = compress(text, size);
  uint8_t *again = malloc(size + longest);
  size_t expanded = expand(packed, again);
  uint32_t sum = 1;
  for (size_t i = 0; i < packed.count; i++) sum = sum * 31 + packed.bytes[i];
  printf("%zu bytes to %zu, sum %08x, %s\n", size, packed.count, sum,
         expanded == size && memcmp(text, again, size) == 0 ? "the same again" : "NOT the same again");
  return expanded == size ? 0 : 1;
}
