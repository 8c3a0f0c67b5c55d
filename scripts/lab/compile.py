# Compile times in wasmtime on one thread: compile.py FILE... -> median milliseconds, bytes of machine code.
import struct, sys, time
import wasmtime

def configured():
    configuration = wasmtime.Config()
    configuration.parallel_compilation = False
    configuration.wasm_exceptions = True
    return configuration

def code_size(module):
    """The size of .text in the object file (ELF of 64 bits) that a module is saved as."""
    data = module.serialize()
    sections, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<3H", data, 58)
    headers = [struct.unpack_from("<IIQQQQ", data, sections + index * size) for index in range(count)]
    return next(header[5] for header in headers if data.startswith(b".text\0", headers[names][4] + header[0]))

for file in sys.argv[1:]:
    data = open(file, "rb").read()
    times = []
    for _ in range(3):
        start = time.process_time()
        module = wasmtime.Module(wasmtime.Engine(configured()), data)
        times.append((time.process_time() - start) * 1000)
    print("%.3f %d" % (sorted(times)[1], code_size(module)))
