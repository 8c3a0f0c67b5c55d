// Matrices of doubles: product, LU decomposition with pivots, determinant, inverse, and how far from the identity the product with it is.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { n = 60 };
typedef double matrix[n][n];

static void multiply(matrix out, matrix a, matrix b) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      out[i][j] = sum;
    }
  }
}

static double decompose(matrix a, int *order) {
  double determinant = 1;
  for (int i = 0; i < n; i++) order[i] = i;
  for (int c = 0; c < n; c++) {
    int best = c;
    for (int r = c + 1; r < n; r++) {
      if (fabs(a[r][c]) > fabs(a[best][c])) best = r;
    }
    if (best != c) {
      for (int k = 0; k < n; k++) {
        double t = a[c][k];
        a[c][k] = a[best][k];
        a[best][k] = t;
      }
      int t = order[c];
      order[c] = order[best];
      order[best] = t;
      determinant = -determinant;
    }
    determinant *= a[c][c] / 16;
    for (int r = c + 1; r < n; r++) {
      double factor = a[r][c] /= a[c][c];
      for (int k = c + 1; k < n; k++) a[r][k] -= factor * a[c][k];
    }
  }
  return determinant;
}

static void solve(matrix lu, const int *order, matrix inverse) {
  for (int column = 0; column < n; column++) {
    double x[n];
    for (int i = 0; i < n; i++) {
      x[i] = order[i] == column;
      for (int k = 0; k < i; k++) x[i] -= lu[i][k] * x[k];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) x[i] -= lu[i][k] * x[k];
      x[i] /= lu[i][i];
    }
    for (int i = 0; i < n; i++) inverse[i][column] = x[i];
  }
}

int main(void) {
  static matrix a, lu, inverse, product;
  int order[n];
  unsigned seed = 1;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      seed = seed * 1664525 + 1013904223;
      a[i][j] = (double)(seed >> 8) / (1 << 24) - 0.5 + (i == j ? 4 : 0);
    }
  }
  memcpy(lu, a, sizeof a);
  printf("determinant %.17g\n", decompose(lu, order));
  solve(lu, order, inverse);
  multiply(product, a, inverse);
  double error = 0, trace = 0;
  for (int i = 0; i < n; i++) {
    trace += inverse[i][i];
    for (int j = 0; j < n; j++) error = fmax(error, fabs(product[i][j] - (i == j)));
  }
  printf("trace of the inverse %.17g\nerror %.3e\n", trace, error);
  for (int i = 0; i < 4; i++) printf("%12.9f%12.9f%12.9f%12.9f\n", inverse[i][0], inverse[i][1], inverse[i][2], inverse[i][3]);
  return error < 1e-12 ? 0 : 1;
}
