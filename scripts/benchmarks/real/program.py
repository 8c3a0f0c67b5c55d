# What CPython executes in `scripts/bench real`: a bit of everything that programs in Python do.
#   python -c PROGRAM WORK PASSES   does WORK units of work PASSES times; prints for each pass its milliseconds and the checksum of its results
import collections, functools, itertools, json, re, sys, time


class Checksum:
    def __init__(self):
        self.value = 0

    def add(self, *values):
        for value in values:
            for character in str(value):
                self.value = (self.value * 31 + ord(character)) % 1000000007


class Random:
    """Numbers that only seem to be by chance."""

    def __init__(self, seed):
        self.seed = seed

    def below(self, bound):
        self.seed = (self.seed * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.seed >> 16) % bound


class Machine:
    """A stack machine, and a compiler of expressions for it."""

    TOKENS = re.compile(r"\s*(?:(\d+)|([a-z]+)|(.))")
    LEVELS = {"+": 1, "-": 1, "*": 2, "%": 2}

    def compile(self, text):
        code, pending = [], []
        for number, name, other in self.TOKENS.findall(text):
            if number:
                code.append(("push", int(number)))
            elif name:
                code.append(("load", name))
            elif other == "(":
                pending.append(other)
            elif other == ")":
                while (top := pending.pop()) != "(":
                    code.append(("apply", top))
            else:
                while pending and self.LEVELS.get(pending[-1], 0) >= self.LEVELS[other]:
                    code.append(("apply", pending.pop()))
                pending.append(other)
        code.extend(("apply", operator) for operator in reversed(pending))
        return code

    def run(self, code, names):
        stack = []
        for operation, argument in code:
            if operation == "push":
                stack.append(argument)
            elif operation == "load":
                stack.append(names[argument])
            else:
                right, left = stack.pop(), stack.pop()
                match argument:
                    case "+":
                        stack.append(left + right)
                    case "-":
                        stack.append(left - right)
                    case "*":
                        stack.append(left * right)
                    case _:
                        stack.append(left % right)
        return stack[0]


def machine(checksum):
    interpreter, errors = Machine(), 0
    for text in ("(a + 3) * (b - 2) % 1009", "a * a - b * b + 7 * a * b", "(((a + 1) * 2 + 1) * 2 + b) % (a - 5)"):
        code = interpreter.compile(text)
        for a in range(60):
            try:
                checksum.add(interpreter.run(code, {"a": a, "b": a // 3}))
            except ZeroDivisionError:
                errors += 1
    checksum.add(errors)


def words(checksum, random):
    text = " ".join("".join(chr(97 + random.below(6)) for _ in range(1 + random.below(4))) for _ in range(800))
    counts = collections.Counter(re.findall(r"\b\w{2,}\b", text))
    checksum.add(*sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:20])
    checksum.add(len(re.sub(r"([abc])(\w)", lambda match: match[2].upper() + match[1], text).title()))


def records(checksum, random):
    people = [{"id": i, "city": random.below(5), "age": 20 + random.below(60), "tags": ["x" * (i % 3), None, i / 4]} for i in range(200)]
    people = json.loads(json.dumps(people))
    people.sort(key=lambda person: (person["city"], -person["age"], person["id"]))
    for city, group in itertools.groupby(people, key=lambda person: person["city"]):
        ages = [person["age"] for person in group]
        checksum.add(city, f"{sum(ages) / len(ages):8.3f}", max(ages), min(ages))


def paths(checksum, random):
    edges = collections.defaultdict(list)
    for _ in range(600):
        edges[random.below(150)].append((random.below(150), 1 + random.below(20)))
    import heapq

    distances, queue = {}, [(0, 0)]
    while queue:
        distance, node = heapq.heappop(queue)
        if node not in distances:
            distances[node] = distance
            for following, length in edges[node]:
                if following not in distances:
                    heapq.heappush(queue, (distance + length, following))
    checksum.add(sum(distances.values()), len(distances))


def numbers(checksum):
    @functools.lru_cache(None)
    def ways(amount, largest):
        return 1 if amount == 0 else sum(ways(amount - part, part) for part in range(1, min(amount, largest) + 1))

    def primes():
        known = []
        for n in itertools.count(2):
            if all(n % prime for prime in itertools.takewhile(lambda prime: prime * prime <= n, known)):
                known.append(n)
                yield n

    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    size = 14
    matrix = [[1.0 / (1 + i + j) + (i == j) for j in range(size)] for i in range(size)]
    square = [[sum(a * b for a, b in zip(row, column)) for column in zip(*matrix)] for row in matrix]
    checksum.add(ways(22, 22), *itertools.islice(primes(), 120), fib(14), round(square[2][3], 9), functools.reduce(lambda a, b: a * b, range(1, 80)))


def unit():
    checksum, random = Checksum(), Random(42)
    machine(checksum)
    words(checksum, random)
    records(checksum, random)
    paths(checksum, random)
    numbers(checksum)
    return checksum.value


def main(work, passes):
    for _ in range(passes):
        start, total = time.monotonic(), 0
        for _ in range(work):
            total = (total * 31 + unit()) & 0xFFFFFFFFFFFFFFFF
        print("pass %.3f %016x" % ((time.monotonic() - start) * 1000, total), flush=True)


main(*map(int, sys.argv[1:]))
