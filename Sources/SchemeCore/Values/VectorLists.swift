// Lists of the elements of vectors, and back.
import GuestABI

func listOfElements(_ vector: Word) -> Word {
  var list = Constant.null
  for index in (0..<vectorCount(vector)).reversed() { list = cons(vectorElement(vector, index), list) }
  return list
}

func listToVector(_ list: Word) -> Word {
  let vector = makeVector(count: max(0, listLength(list)), fill: Constant.null)
  var rest = list
  for index in 0..<vectorCount(vector) {
    setVectorElement(vector, index, car(rest))
    rest = cdr(rest)
  }
  return vector
}
