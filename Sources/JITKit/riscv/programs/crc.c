// CRC-32 of a text, bit by bit and by a table.
#include "support.h"

enum { length = 65536, rounds = 40 * SCALE };
static uint8_t bytes[length];
static uint32_t table[256];

static uint32_t by_bits(uint32_t crc, uint8_t byte) {
  crc ^= byte;
  for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  return crc;
}

int main(void) {
  for (int index = 0; index < length; index++) bytes[index] = (uint8_t)(next_random() >> 24);
  for (uint32_t index = 0; index < 256; index++) table[index] = by_bits(index, 0);
  uint32_t crc = 0xFFFFFFFF;
  for (int round = 0; round < rounds; round++) {
    for (int index = 0; index < length; index++) crc = crc >> 8 ^ table[(crc ^ bytes[index]) & 255];
    for (int index = 0; index < length / 8; index++) crc = by_bits(crc, bytes[index]);
  }
  report("crc", ~crc);
  return 0;
}
