// Compression: matches found through hash chains, then a range of output bytes; and back again.
enum { length = 1 << 17 };
static unsigned char input[length], packed[length * 2], output[length];
static int heads[4096];
static int compress(int count) {
  int out = 0, at = 0, literals = 0;
  for (int i = 0; i < 4096; i++) heads[i] = -1;
  while (at < count) {
    int best = 0, from = 0;
    if (at + 3 < count) {
      unsigned hash = (input[at] * 33u * 33u + input[at + 1] * 33u + input[at + 2]) & 4095;
      from = heads[hash];
      heads[hash] = at;
      if (from >= 0 && at - from < 65536)
        while (best < 127 && at + best < count && input[from + best] == input[at + best]) best++;
    }
    if (best >= 4) {
      packed[out++] = (unsigned char)(128 + best);
      packed[out++] = (unsigned char)(at - from);
      packed[out++] = (unsigned char)((at - from) >> 8);
      at += best;
      literals = 0;
    } else {
      if (literals == 0 || literals == 127) { literals = 0; packed[out++] = 0; }
      packed[out - 1 - literals]++;
      literals++;
      packed[out++] = input[at++];
    }
  }
  return out;
}
static int expand(int count) {
  int at = 0, out = 0;
  while (at < count) {
    int code = packed[at++];
    if (code > 128) {
      int back = packed[at] | packed[at + 1] << 8;
      at += 2;
      for (int i = 0; i < code - 128; i++, out++) output[out] = output[out - back];
    } else {
      for (int i = 0; i < code; i++) output[out++] = packed[at++];
    }
  }
  return out;
}
int run(int rounds) {
  unsigned x = 3, sum = 0;
  for (int i = 0; i < length; i++) {
    x = x * 1103515245 + 12345;
    input[i] = (x >> 28) < 12 && i > 600 ? input[i - 300 - (int)(x >> 24 & 3)] : (unsigned char)(x >> 16 & 15);
  }
  for (int round = 0; round < rounds; round++) {
    int size = compress(length);
    int back = expand(size);
    for (int i = 0; i < back; i++) sum += input[i] == output[i];
    sum += (unsigned)size;
    input[round] ^= 1;
  }
  return (int)sum;
}
