(import (only (scheme base) car first))
