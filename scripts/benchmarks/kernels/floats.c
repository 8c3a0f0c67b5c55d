// Double precision: five bodies in a gravitational field.
struct body { double x, y, z, vx, vy, vz, mass; };
static struct body bodies[5];
int run(int rounds) {
  for (int i = 0; i < 5; i++)
    bodies[i] = (struct body){i * 1.5 - 3, (i * 7 % 5) * 0.8, i * 0.3, i * 0.01, 0.2 - i * 0.1, 0.05 * i, 1.0 / (i + 1)};
  for (int step = 0; step < rounds * 20000; step++) {
    for (int i = 0; i < 5; i++)
      for (int j = i + 1; j < 5; j++) {
        struct body *a = &bodies[i], *b = &bodies[j];
        double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
        double square = dx * dx + dy * dy + dz * dz + 0.01, force = 0.001 / (square * __builtin_sqrt(square));
        a->vx -= dx * b->mass * force; a->vy -= dy * b->mass * force; a->vz -= dz * b->mass * force;
        b->vx += dx * a->mass * force; b->vy += dy * a->mass * force; b->vz += dz * a->mass * force;
      }
    for (int i = 0; i < 5; i++) {
      bodies[i].x += 0.001 * bodies[i].vx; bodies[i].y += 0.001 * bodies[i].vy; bodies[i].z += 0.001 * bodies[i].vz;
    }
  }
  return (int)(bodies[0].x * 1e6) ^ (int)(bodies[4].vz * 1e6);
}
