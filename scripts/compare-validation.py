# Damages modules of test vectors and compares what `latch wast` says of each with what wasmtime says: whether it is a valid module.
#   pip install wasmtime; LATCH=path/of/latch python3 scripts/compare-validation.py [--count N] [--seed N] [--keep FOLDER] VECTORS.json...
# A byte or a few are changed, most of them where code is. What is different is shown with wasmtime's words, and written to the folder. Garbage collection is left
# out: its constant expressions and types that refer to themselves are valid here, because WebAssembly 3.0 has them, but refused there when it is off.
import argparse, base64, json, os, random, subprocess, sys, tempfile
import wasmtime

# What wasmtime refuses because it has been told to leave out garbage collection.
NEWER = ("global.get of locally defined global", "because the GC proposal is disabled")
PROPOSALS = """memory64 multi_memory tail_call threads relaxed_simd function_references exceptions multi_value bulk_memory reference_types simd
wide_arithmetic custom_page_sizes extended_const""".split()
# Codes of types and of the operators that end, branch, drop and push.
INTERESTING = [0x00, 0x01, 0x02, 0x04, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x1A, 0x20, 0x40, 0x41, 0x63, 0x64, 0x69, 0x6F, 0x70, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F]
LARGEST = 4096


def engine():
    config = wasmtime.Config()
    config.wasm_gc = False
    for proposal in PROPOSALS:
        if hasattr(wasmtime.Config, "wasm_" + proposal):
            setattr(config, "wasm_" + proposal, True)
    return wasmtime.Engine(config)


def bases(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for command in json.load(file)["commands"]:
                if "wasm" in command:
                    module = base64.b64decode(command["wasm"])
                    if 16 <= len(module) <= LARGEST:
                        yield module


def damaged(module, chance):
    module = bytearray(module)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        first = 8 if chance.random() < 0.3 else max(8, len(module) * 2 // 3)
        place = chance.randrange(first, len(module))
        kind = chance.random()
        if kind < 0.55:
            module[place] = chance.choice((chance.randrange(256), module[place] ^ 1 << chance.randrange(8), chance.choice(INTERESTING)))
        elif kind < 0.8:
            other = chance.randrange(8, len(module))
            module[place], module[other] = module[other], module[place]
        else:
            module[place] = module[place] + chance.choice((1, -1)) & 255
    return bytes(module)


def command(module, line, peer):
    entry = {"line": line, "filename": f"{line}.wasm", "wasm": base64.b64encode(module).decode()}
    try:
        wasmtime.Module.validate(peer, module)
        return {"type": "module_definition", **entry}
    except wasmtime.WasmtimeError as error:
        return {"type": "assert_invalid", "text": str(error).strip().split("\n")[-1].strip(), **entry}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("vectors", nargs="+")
    options = parser.parse_args()
    chance, peer, sources = random.Random(options.seed), engine(), list(bases(options.vectors))
    if not sources:
        sys.exit("there is no module in these vectors")
    commands = [command(damaged(chance.choice(sources), chance), line + 1, peer) for line in range(options.count)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "damaged.json")
        with open(path, "w", encoding="utf-8") as file:
            head = json.dumps({"name": "damaged", "group": "damaged", "source": "", "features": []})[:-1]
            file.write(head + ',"commands":[\n' + ",\n".join(map(json.dumps, commands)) + "\n]}\n")
        result = subprocess.run([os.environ.get("LATCH", "latch"), "wast", path], capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(f"latch ended with {result.returncode}: {result.stderr}")
    count = 0
    for line in result.stdout.splitlines()[:-1]:
        number = int(line.split(":")[1])
        entry = commands[number - 1]
        isAccepted = "was accepted" in line
        # Whether it is malformed or invalid is not compared, nor what is not supported here.
        if entry["type"] == "assert_invalid" and (not isAccepted or any(words in entry["text"] for words in NEWER)) or "feature not supported" in line:
            continue
        count += 1
        print(line, "" if isAccepted else "| wasmtime accepts it")
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            with open(os.path.join(options.keep, f"{options.seed}-{number}.wasm"), "wb") as file:
                file.write(base64.b64decode(entry["wasm"]))
    valid = sum(entry["type"] == "module_definition" for entry in commands)
    print(f"{options.count} damaged modules, {valid} of them valid, {count} differences")
    sys.exit(1 if count else 0)


main()
