// Multiple values: what an expression returns that returns none, or several.
import GuestABI

/// The object for other than one value; `unwind` after raising an error.
func makeMultipleValues(_ values: Word) -> Word {
  let count = listLength(values)
  if !Heap.hasRoom(bytes: Int64(count) * 8) { return raiseOutOfMemory() }
  let object = allocateObject(.multipleValues, words: max(count, 1))
  var rest = values
  if count == 0 { object.initializeField(0, Constant.unspecified) }
  for index in 0..<count {
    object.initializeField(index, car(rest))
    rest = cdr(rest)
  }
  return object
}

/// A list of values as one word: one value as itself, others as an object; `unwind` after raising an error.
func valuesObject(_ values: Word) -> Word {
  values.isPair && cdr(values).isNull ? car(values) : makeMultipleValues(values)
}
