// Floating point as text and back, rounding, conversions, and what has exact results in every C library.
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double samples[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1.0 / 3, 2.0 / 3, 12345.6789, 1e21, 1e-7, 123456789012345680.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.5, 1.5, 2.5, -2.5, 4503599627370496.5, 9007199254740993.0, 3.14159265358979312, 6.02214076e23, 1e15, 1e16, 999999.5, 0.00001234};

int main(void) {
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    double x = samples[i];
    uint64_t bits;
    memcpy(&bits, &x, 8);
    printf("%g|%.17g|%e|%.3f|%+.0e|%012.4f|%-14.6G|%016" PRIx64 "\n", x, x, x, fabs(x) < 1e20 ? x : 0, x, fabs(x) < 1e15 ? x : 1, x, bits);
    char text[64];
    snprintf(text, sizeof text, "%.17g", x);
    double again = strtod(text, NULL);
    if (memcmp(&again, &x, 8) != 0) printf("  %s is read as %.17g\n", text, again);
    printf("  %g %g %g %g %g %.9g\n", floor(x), ceil(x), trunc(x), rint(x), fabs(x), (double)(float)x);
  }
  const char *texts[] = {"1e400", "-1e-400", "0x1.8p3", "inf", "-infinity", "nan", " 12abc", ".5.", "1e", "179769313486231580793728971405301e276", "2.4703282292062328e-324", "9007199254740993", "0.1e-1"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *end;
    double x = strtod(texts[i], &end);
    if (x != x) printf("%s -> nan, %d read\n", texts[i], (int)(end - texts[i]));
    else printf("%s -> %.17g, %d read\n", texts[i], x, (int)(end - texts[i]));
  }
  double sum = 0, product = 1;
  for (int i = 1; i < 2000; i++) {
    sum += 1.0 / i;
    product *= 1 + 1.0 / ((double)i * i);
  }
  printf("%.17g %.17g %.17g\n", sum, product, sqrt(sum));
  float single = 0;
  for (int i = 1; i < 2000; i++) single += 1.0f / (float)i;
  printf("%.9g %.9g %.9g\n", single, sqrtf(single), (double)(single * 3.0f));
  printf("%d %d %d %d\n", isnan(NAN), isinf(-INFINITY) != 0, signbit(-0.0) != 0, NAN == NAN);
  printf("%.17g %.17g %.17g %.17g\n", fmod(10, 3.3), copysign(3, -0.0), nextafter(1, 2), ldexp(1, -1074));
  printf("%.17g %.17g %.17g\n", fmin(1, NAN), fmax(-0.0, 1), fma(0.1, 10, -1));
  int exponent;
  double mantissa = frexp(12345.678, &exponent), whole, part = modf(-3.75, &whole);
  printf("%.17g %d %g %g\n", mantissa, exponent, part, whole);
  printf("%s %s %Lf\n", DBL_MAX > FLT_MAX ? "wider" : "same", FLT_EPSILON > DBL_EPSILON ? "coarser" : "same", 2.5L);
  return 0;
}
