// Evaluates a line of arithmetic after the other: + - * / % ^ and parentheses, variables, comparisons, errors with their column.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *line, *at, *problem;
static double variables[26];

static void fail(const char *message) {
  if (!problem) problem = message;
}

static void spaces(void) {
  while (*at == ' ' || *at == '\t') at++;
}

static int take(const char *text) {
  spaces();
  size_t length = strlen(text);
  if (strncmp(at, text, length) != 0) return 0;
  at += length;
  return 1;
}

static double comparison(void);

static double primary(void) {
  spaces();
  if (take("(")) {
    double value = comparison();
    if (!take(")")) fail("a parenthesis is not closed");
    return value;
  }
  if (isdigit((unsigned char)*at) || *at == '.') {
    char *end;
    double value = strtod(at, &end);
    at = end;
    return value;
  }
  if (islower((unsigned char)*at) && !islower((unsigned char)at[1])) return variables[*at++ - 'a'];
  if (take("sqrt")) return sqrt(primary());
  if (take("floor")) return floor(primary());
  if (take("abs")) return fabs(primary());
  fail("a number is missing");
  return 0;
}

static double power(void) {
  double base = primary();
  if (!take("^")) return base;
  double exponent = power(), result = 1;
  for (int i = 0; i < (int)fabs(exponent); i++) result *= base;
  return exponent < 0 ? 1 / result : result;
}

static double sign(void) {
  if (take("-")) return -sign();
  return power();
}

static double product(void) {
  double value = sign();
  for (;;) {
    if (take("*")) {
      value *= sign();
    } else if (take("/")) {
      value /= sign();
    } else if (take("%")) {
      value = fmod(value, sign());
    } else {
      return value;
    }
    if (problem) return 0;
  }
}

static double sum(void) {
  double value = product();
  for (;;) {
    if (take("+")) {
      value += product();
    } else if (take("-")) {
      value -= product();
    } else {
      return value;
    }
    if (problem) return 0;
  }
}

static double comparison(void) {
  double value = sum();
  if (take("<=")) return value <= sum();
  if (take(">=")) return value >= sum();
  if (take("==")) return value == sum();
  if (take("<")) return value < sum();
  if (take(">")) return value > sum();
  return value;
}

int main(void) {
  static char buffer[1000];
  int errors = 0;
  while (fgets(buffer, sizeof buffer, stdin)) {
    buffer[strcspn(buffer, "\n")] = 0;
    line = at = buffer;
    problem = NULL;
    char target = 0;
    spaces();
    if (islower((unsigned char)at[0]) && strspn(at + 1, " ") + at + 1 == strchr(at, '=') && strchr(at, '=')[1] != '=') {
      target = *at;
      at = strchr(at, '=') + 1;
    }
    double value = comparison();
    spaces();
    if (!problem && *at) fail("something is left over");
    if (problem) {
      fprintf(stdout, "column %d: %s\n", (int)(at - line) + 1, problem);
      errors++;
    } else {
      if (target) variables[target - 'a'] = value;
      printf("%.15g\n", value);
    }
  }
  return errors;
}
