(import (scheme base) (scheme write) (scheme time) (scheme char) (srfi 69))
