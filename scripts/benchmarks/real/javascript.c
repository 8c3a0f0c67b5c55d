// The interpreter of JavaScript in `scripts/bench real`: QuickJS, and the program that it interprets. A unit of work is a new context that evaluates the
// program, whose value is a number.
#include "real.h"

#include "quickjs.h"

static const char program[] = {
#embed "program.js"
    , 0
};

static uint64_t unit(void) {
  JSRuntime *runtime = JS_NewRuntime();
  JSContext *context = JS_NewContext(runtime);
  JSValue value = JS_Eval(context, program, sizeof program - 1, "program.js", JS_EVAL_TYPE_GLOBAL);
  int64_t sum;
  if (JS_IsException(value) || JS_ToInt64(context, &sum, value)) {
    fprintf(stderr, "%s\n", JS_ToCString(context, JS_GetException(context)));
    exit(1);
  }
  JS_FreeValue(context, value);
  JS_FreeContext(context);
  JS_FreeRuntime(runtime);
  return sum;
}

int main(int count, char **arguments) { return passes(count, arguments, unit); }
