// The interpreter of `scripts/bench real`: Lua, whose source is one file, onelua.c, and the program that it interprets. A unit of work is a new state
// that loads the program and calls it; it returns a number.
#include "real.h"

// Errors are exceptions of WebAssembly with this tag.
__asm__(".globl __c_longjmp\n.tagtype __c_longjmp i32\n__c_longjmp:\n");

// What WASI does not have, and the program does not need.
#define tmpfile() NULL
#define system(command) (-1)
#define lua_tmpnam(buffer, failed) (*(buffer) = 0, (failed) = 1)
#define LUA_TMPNAMBUFSIZE 1
#define MAKE_LIB
#include "onelua.c"

static const char program[] = {
#embed "program.lua"
};

static uint64_t unit(void) {
  lua_State *state = luaL_newstate();
  luaL_openlibs(state);
  if (luaL_loadbuffer(state, program, sizeof program, "program.lua") || lua_pcall(state, 0, 1, 0)) {
    fprintf(stderr, "%s\n", lua_tostring(state, -1));
    exit(1);
  }
  uint64_t sum = lua_tointeger(state, -1);
  lua_close(state);
  return sum;
}

int main(int count, char **arguments) { return passes(count, arguments, unit); }
