// Fast Fourier transforms, and planets that attract each other: doubles in arrays and structures.
enum { n = 1024 };
static double re[n], im[n], wr[n / 2], wi[n / 2];
static void transform(double sign) {
  for (int i = 0, j = 0; i < n; i++) {
    if (i < j) { double t = re[i]; re[i] = re[j]; re[j] = t; t = im[i]; im[i] = im[j]; im[j] = t; }
    int bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
  }
  for (int size = 2; size <= n; size *= 2)
    for (int start = 0; start < n; start += size)
      for (int k = 0; k < size / 2; k++) {
        double c = wr[k * (n / size)], s = sign * wi[k * (n / size)];
        int p = start + k, q = p + size / 2;
        double x = re[q] * c - im[q] * s, y = re[q] * s + im[q] * c;
        re[q] = re[p] - x; im[q] = im[p] - y; re[p] += x; im[p] += y;
      }
}
struct body { double x, y, z, vx, vy, vz, mass; };
static struct body bodies[5];
static void advance(double dt) {
  for (int i = 0; i < 5; i++)
    for (int j = i + 1; j < 5; j++) {
      struct body *a = &bodies[i], *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z, d2 = dx * dx + dy * dy + dz * dz + 0.01;
      double f = dt / (d2 * __builtin_sqrt(d2));
      a->vx -= dx * b->mass * f; a->vy -= dy * b->mass * f; a->vz -= dz * b->mass * f;
      b->vx += dx * a->mass * f; b->vy += dy * a->mass * f; b->vz += dz * a->mass * f;
    }
  for (int i = 0; i < 5; i++) { bodies[i].x += dt * bodies[i].vx; bodies[i].y += dt * bodies[i].vy; bodies[i].z += dt * bodies[i].vz; }
}
int run(int rounds) {
  // Roots of unity by repeated multiplication from one of high order.
  double c = 0.99998117528260110, s = 0.0061358846491544753;
  wr[0] = 1; wi[0] = 0;
  for (int k = 1; k < n / 2; k++) { wr[k] = wr[k - 1] * c - wi[k - 1] * s; wi[k] = wr[k - 1] * s + wi[k - 1] * c; }
  for (int i = 0; i < n; i++) { re[i] = (i * 37) % 101; im[i] = 0; }
  for (int i = 0; i < 5; i++) { struct body b = {i * 1.5, i * 0.7 - 1, 2 - i * 0.3, 0.1 * i, 0.2 - 0.1 * i, 0, 1.0 / (i + 1)}; bodies[i] = b; }
  for (int round = 0; round < rounds; round++) {
    for (int k = 0; k < 10; k++) { transform(1); transform(-1); for (int i = 0; i < n; i++) { re[i] *= 1.0 / n; im[i] *= 1.0 / n; } }
    for (int k = 0; k < 2000; k++) advance(0.001);
  }
  double sum = 0;
  for (int i = 0; i < n; i++) sum += re[i];
  for (int i = 0; i < 5; i++) sum += bodies[i].x * 100;
  return (int)(sum * 64);
}
