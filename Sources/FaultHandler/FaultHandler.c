#include "FaultHandler.h"
