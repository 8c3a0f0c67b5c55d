// Where the programs in Embedded Swift begin.
#include <stdlib.h>

int swift_main(int argument);

int main(int argc, char **argv) { return swift_main(argc > 1 ? atoi(argv[1]) : 0); }
