;;; SRFI 151: bitwise operations on exact integers of any size, in two's complement.
;;; bitwise-not, -and, -ior, -xor, arithmetic-shift, bit-count, integer-length, first-set-bit and bit-set? are the base's; the rest follows from them.
(define-library (srfi 151)
  (export bitwise-not bitwise-and bitwise-ior bitwise-xor bitwise-eqv bitwise-nand bitwise-nor bitwise-andc1 bitwise-andc2 bitwise-orc1 bitwise-orc2
          arithmetic-shift bit-count integer-length bitwise-if
          bit-set? copy-bit bit-swap any-bit-set? every-bit-set? first-set-bit
          bit-field bit-field-any? bit-field-every? bit-field-clear bit-field-set bit-field-replace bit-field-replace-same bit-field-rotate bit-field-reverse
          bits->list list->bits bits->vector vector->bits bits
          bitwise-fold bitwise-for-each bitwise-unfold make-bitwise-generator)
  (import (scheme base)
          (only (latch) bitwise-not bitwise-and bitwise-ior bitwise-xor arithmetic-shift bit-count integer-length bit-set? first-set-bit))
  (begin

    (define (bitwise-eqv . numbers)
      (let loop ((numbers numbers) (result -1))
        (if (null? numbers)
            result
            (loop (cdr numbers) (bitwise-not (bitwise-xor result (car numbers)))))))
    (define (bitwise-nand a b) (bitwise-not (bitwise-and a b)))
    (define (bitwise-nor a b) (bitwise-not (bitwise-ior a b)))
    (define (bitwise-andc1 a b) (bitwise-and (bitwise-not a) b))
    (define (bitwise-andc2 a b) (bitwise-and a (bitwise-not b)))
    (define (bitwise-orc1 a b) (bitwise-ior (bitwise-not a) b))
    (define (bitwise-orc2 a b) (bitwise-ior a (bitwise-not b)))
    (define (bitwise-if mask a b) (bitwise-ior (bitwise-and mask a) (bitwise-and (bitwise-not mask) b)))

    ;; Single bits

    (define (copy-bit index n on?)
      (let ((bit (arithmetic-shift 1 index)))
        (if on?
            (bitwise-ior n bit)
            (bitwise-and n (bitwise-not bit)))))
    (define (bit-swap i j n)
      (let ((at-i (bit-set? i n)) (at-j (bit-set? j n)))
        (copy-bit j (copy-bit i n at-j) at-i)))
    (define (any-bit-set? mask n) (not (eqv? 0 (bitwise-and mask n))))
    (define (every-bit-set? mask n) (= mask (bitwise-and mask n)))

    ;; Fields: the bits from START up to, not with, END

    (define (ones width) (- (arithmetic-shift 1 width) 1))
    (define (bit-field n start end) (bitwise-and (arithmetic-shift n (- start)) (ones (- end start))))
    (define (bit-field-any? n start end) (not (eqv? 0 (bit-field n start end))))
    (define (bit-field-every? n start end) (= (ones (- end start)) (bit-field n start end)))
    (define (bit-field-clear n start end) (bitwise-and n (bitwise-not (arithmetic-shift (ones (- end start)) start))))
    (define (bit-field-set n start end) (bitwise-ior n (arithmetic-shift (ones (- end start)) start)))
    (define (bit-field-replace n new start end)
      (bitwise-ior (bit-field-clear n start end)
                   (arithmetic-shift (bitwise-and new (ones (- end start))) start)))
    (define (bit-field-replace-same n other start end)
      (bitwise-if (arithmetic-shift (ones (- end start)) start) other n))
    (define (bit-field-rotate n count start end)
      (let ((width (- end start)))
        (if (<= width 0)
            n
            (let* ((count (modulo count width)) (field (bit-field n start end)))
              (bit-field-replace n
                                 (bitwise-ior (arithmetic-shift field count)
                                              (arithmetic-shift field (- count width)))
                                 start
                                 end)))))
    (define (bit-field-reverse n start end)
      (let loop ((i start) (reversed 0))
        (if (>= i end)
            (bit-field-replace n reversed start end)
            (loop (+ i 1) (bitwise-ior (arithmetic-shift reversed 1) (if (bit-set? i n) 1 0))))))

    ;; Conversion: the least significant bit comes first

    (define (bits->list n . width)
      (let ((width (if (pair? width) (car width) (integer-length n))))
        (let loop ((i (- width 1)) (result '()))
          (if (< i 0)
              result
              (loop (- i 1) (cons (bit-set? i n) result))))))
    (define (list->bits items)
      (let loop ((items (reverse items)) (n 0))
        (if (null? items)
            n
            (loop (cdr items) (bitwise-ior (arithmetic-shift n 1) (if (car items) 1 0))))))
    (define (bits->vector n . width) (list->vector (apply bits->list n width)))
    (define (vector->bits v) (list->bits (vector->list v)))
    (define (bits . items) (list->bits items))

    ;; Folding and the like

    (define (bitwise-fold f start n)
      (let ((end (integer-length n)))
        (let loop ((i 0) (result start))
          (if (= i end)
              result
              (loop (+ i 1) (f (bit-set? i n) result))))))
    (define (bitwise-for-each f n)
      (let ((end (integer-length n)))
        (let loop ((i 0))
          (if (< i end)
              (begin
                (f (bit-set? i n))
                (loop (+ i 1)))))))
    (define (bitwise-unfold stop? mapper successor seed)
      (let loop ((seed seed) (i 0) (n 0))
        (if (stop? seed)
            n
            (loop (successor seed) (+ i 1) (copy-bit i n (mapper seed))))))
    (define (make-bitwise-generator n)
      (lambda ()
        (let ((bit (bit-set? 0 n)))
          (set! n (arithmetic-shift n -1))
          bit)))))
