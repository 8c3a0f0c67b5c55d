# Makes the calls of docs/wasi-errors.md in wasmtime and says where its last column is wrong.
#   pip install wasmtime; python3 scripts/compare-wasi.py [--fill]
# With --fill, writes the column anew. Each call runs in a process of its own, so that one that waits for ever is found, too.
import os, re, shutil, signal, struct, sys, tempfile
import wasmtime

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "wasi-errors.md")

ERRORS = """success 2big acces addrinuse addrnotavail afnosupport again already badf badmsg busy canceled child connaborted connrefused connreset
deadlk destaddrreq dom dquot exist fault fbig hostunreach idrm ilseq inprogress intr inval io isconn isdir loop mfile mlink msgsize multihop nametoolong
netdown netreset netunreach nfile nobufs nodev noent noexec nolck nolink nomem nomsg noprotoopt nospc nosys notconn notdir notempty notrecoverable notsock
notsup notty nxio overflow ownerdead perm pipe proto protonosupport prototype range rofs spipe srch stale timedout txtbsy xdev notcapable""".split()

RIGHTS = """fd_datasync fd_read fd_seek fd_fdstat_set_flags fd_sync fd_tell fd_write fd_advise fd_allocate path_create_directory path_create_file
path_link_source path_link_target path_open fd_readdir path_readlink path_rename_source path_rename_target path_filestat_get path_filestat_set_size
path_filestat_set_times fd_filestat_get fd_filestat_set_size fd_filestat_set_times path_symlink path_remove_directory path_unlink_file
poll_fd_readwrite sock_shutdown sock_accept""".split()

def numbered(names): return {name: index for index, name in enumerate(names.split())}
def flags(names): return {name: 1 << index for index, name in enumerate(names.split())}

NAMES = {
    **flags(" ".join(RIGHTS)), **flags("creat directory excl trunc"), **flags("append dsync nonblock rsync sync"),
    **flags("atim atim_now mtim mtim_now"), **flags("rd wr"), **numbered("set cur end"),
    **numbered("realtime monotonic process_cputime thread_cputime"), **numbered("normal sequential random willneed dontneed noreuse"),
    "follow": 1, "bad": 0xFFFFFFF0, "IN": 0, "OUT": 1, "DIR": 3, "CLOSED": 99,
}
READING = ["fd_read", "fd_seek", "fd_tell", "fd_advise", "fd_sync", "fd_datasync", "fd_filestat_get", "fd_filestat_set_times", "fd_fdstat_set_flags",
           "poll_fd_readwrite"]
WRITING = [name for name in READING if name != "fd_read"] + ["fd_write", "fd_allocate", "fd_filestat_set_size"]
DIRECTORY = [name for name in RIGHTS if name.startswith("path_")] + [
    "fd_readdir", "fd_sync", "fd_datasync", "fd_filestat_get", "fd_filestat_set_times", "fd_fdstat_set_flags"]
# The descriptors that are opened when a call names them: path, flags, rights.
OPENED = {
    "FILE": ("file", "0", sorted(set(READING + WRITING))), "READER": ("file", "0", READING), "WRITER": ("file", "0", WRITING),
    "FOLDER": ("folder", "directory", DIRECTORY),
}

TYPES = """args_get ii; args_sizes_get ii; environ_get ii; environ_sizes_get ii; clock_res_get ii; clock_time_get iIi; fd_advise iIIi; fd_allocate iII;
fd_close i; fd_datasync i; fd_fdstat_get ii; fd_fdstat_set_flags ii; fd_fdstat_set_rights iII; fd_filestat_get ii; fd_filestat_set_size iI;
fd_filestat_set_times iIIi; fd_pread iiiIi; fd_prestat_get ii; fd_prestat_dir_name iii; fd_pwrite iiiIi; fd_read iiii; fd_readdir iiiIi; fd_renumber ii;
fd_seek iIii; fd_sync i; fd_tell ii; fd_write iiii; path_create_directory iii; path_filestat_get iiiii; path_filestat_set_times iiiiIIi; path_link iiiiiii;
path_open iiiiiIIii; path_readlink iiiiii; path_remove_directory iii; path_rename iiiiii; path_symlink iiiii; path_unlink_file iii; poll_oneoff iiii;
proc_raise i; sched_yield; random_get ii; sock_accept iii; sock_recv iiiiii; sock_send iiiii; sock_shutdown ii"""

def module_text():
    """A module that exports each function of WASI under its name, and a memory."""
    imports, functions = [], []
    for row in TYPES.split(";"):
        name, _, letters = row.strip().partition(" ")
        types = " ".join({"i": "i32", "I": "i64"}[letter] for letter in letters)
        arguments = " ".join("(local.get %d)" % index for index in range(len(letters)))
        imports.append('(import "wasi_snapshot_preview1" "%s" (func $%s (param %s) (result i32)))' % (name, name, types))
        functions.append('(func (export "%s") (param %s) (result i32) (call $%s %s))' % (name, types, name, arguments))
    return '(module %s (memory (export "memory") 2) %s)' % ("\n".join(imports), "\n".join(functions))

class Guest:
    """The stage of the page, in wasmtime."""

    def __init__(self, engine, module, folder):
        self.store = wasmtime.Store(engine)
        configuration = wasmtime.WasiConfig()
        configuration.argv = ["program", "argument"]
        configuration.env = [("NAME", "value")]
        configuration.inherit_stdin()
        configuration.inherit_stdout()
        configuration.preopen_dir(folder + "/inside", "/data")
        self.store.set_wasi(configuration)
        linker = wasmtime.Linker(engine)
        linker.define_wasi()
        self.exports = linker.instantiate(self.store, module).exports(self.store)
        self.memory = self.exports["memory"]
        self.top = 1024
        self.names = dict(NAMES)

    def put(self, data):
        pointer = self.top
        self.memory.write(self.store, bytes(data), pointer)
        self.top += (len(data) + 15) & ~15
        return pointer

    def call(self, name, words):
        function = self.exports[name]
        types = function.type(self.store).params
        signed = [self.signed(word, 32 if str(type) == "i32" else 64) for word, type in zip(words, types)]
        if len(words) != len(types): raise Exception("%s takes %d numbers, not %d" % (name, len(types), len(words)))
        return ERRORS[function(self.store, *signed)]

    @staticmethod
    def signed(word, bits):
        word &= (1 << bits) - 1
        return word - (1 << bits) if word >> (bits - 1) else word

    # The notation of the page.

    def run(self, text):
        """The result of the last call."""
        for name in OPENED:
            if re.search(r"\b%s\b" % name, text): self.open(name)
        calls = [part.strip() for part in text.split(";")]
        for index, part in enumerate(calls):
            match = re.fullmatch(r"(?:([A-Z]) = )?([a-z_]+)\((.*)\)", part, re.S)
            words = self.words(match[3])
            result = self.call(match[2], words)
            if result != "success": return result
            if match[1]: self.names[match[1]] = self.number_at(words[-1])
        return result

    def open(self, name):
        path, how, rights = OPENED[name]
        result = self.put(bytes(4))
        text = 'DIR, follow, "%s", %s, %s, -1, 0' % (path, how, "|".join(rights))
        words = self.words(text.replace(", -1,", ", 0x3fffffff,")) + [result]
        if self.call("path_open", words) != "success": raise Exception("%s cannot be opened" % name)
        self.names[name] = self.number_at(result)

    def number_at(self, pointer): return struct.unpack("<I", bytes(self.memory.read(self.store, pointer, pointer + 4)))[0]

    def words(self, text):
        words = []
        for argument in re.findall(r'"[^"]*"|<[^>]*>|[a-z]+\([^)]*\)|[^,\s]+', text): words += self.argument(argument)
        return words

    def argument(self, text):
        if text[0] == '"':
            data = re.sub(rb"\\([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), text[1:-1].encode())
            return [self.put(data), len(data)]
        if text[0] == "[": return [self.put(bytes(int(text[1:-1]))), int(text[1:-1])]
        if text[0] == "{": return [self.put(bytes(int(text[1:-1])))]
        if text[0] == "<":
            buffers = [(self.names["bad"], 5) if item == "bad" else (self.put(b"x" * int(item)), int(item)) for item in text[1:-1].split()]
            return [self.put(b"".join(struct.pack("<II", *buffer) for buffer in buffers)), len(buffers)]
        match = re.fullmatch(r"([a-z]+)\((.*)\)", text)
        if not match: return [self.number(text)]
        numbers = [self.number(part) for part in match[2].split(",")]
        if match[1] == "long": return self.argument('"%s"' % ("a" * numbers[0]))
        if match[1] == "deep": return self.argument('"%s"' % ("a/" * (numbers[0] // 2)))
        if match[1] == "clock": return [self.put(struct.pack("<QQQQQQ", 7, 0, numbers[0] & 0xFFFFFFFF, numbers[1], 0, numbers[2]))]
        return [self.put(struct.pack("<QQQQQQ", 7, {"read": 1, "write": 2}.get(match[1], numbers[0]), numbers[0], 0, 0, 0))]

    def number(self, text):
        result = 0
        for part in text.strip().split("|"): result |= self.names[part] if part in self.names else int(part, 0)
        return result

def make_stage(folder):
    inside = folder + "/inside/"
    for name in ["inside", "outside", "inside/folder", "inside/empty", "inside/odd"]: os.mkdir(folder + "/" + name)
    for name, text in [("file", "hello"), ("folder/inner", "inner"), ("../outside/file", "secret")]: open(inside + name, "w").write(text)
    for name, text in [("link", "file"), ("dirlink", "folder"), ("dangling", "nowhere"), ("loop", "loop"), ("out", "../outside"), ("absolute", "/etc")]:
        os.symlink(text, inside + name)
    open(inside.encode() + b"odd/\xff", "w").close()
    os.symlink(b"\xff", inside.encode() + b"oddlink")

def result_of(engine, module, text):
    """What wasmtime returns, asked in a child process."""
    folder = tempfile.mkdtemp()
    make_stage(folder)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        pipe = os.pipe()
        os.write(pipe[1], b"hello")
        os.dup2(pipe[0], 0)
        os.dup2(pipe[1], 1)
        signal.alarm(2)
        try: outcome = Guest(engine, module, folder).run(text)
        except wasmtime.Trap as trap: outcome = "trap"
        except wasmtime.WasmtimeError as error: outcome = "trap"
        except Exception as error: outcome = "? " + repr(error)
        os.write(writing, outcome.encode())
        os._exit(0)
    os.close(writing)
    outcome = os.read(reading, 1000).decode()
    os.close(reading)
    status = os.waitpid(child, 0)[1]
    shutil.rmtree(folder)
    return outcome or ("waits" if os.WTERMSIG(status) == signal.SIGALRM else "crash")

def main():
    engine = wasmtime.Engine()
    module = wasmtime.Module(engine, wasmtime.wat2wasm(module_text()))
    lines, wrong, count = [], 0, 0
    for line in open(PAGE).read().split("\n"):
        match = re.fullmatch(r"\| `(.*)` \| (.*?)\s*\| (\S+) \|\s*(\S*) \|", line)
        if match and match[4] != "-":
            count += 1
            found = result_of(engine, module, match[1].replace("\\|", "|"))
            found = "" if found == match[3] else found
            if found != match[4]:
                wrong += 1
                print("%s: %s, wasmtime %s instead of %s" % (match[1], match[3], found or "the same", match[4] or "the same"))
                head = "| `%s` | %s |" % (match[1], match[2]) if match[2] else "| `%s` | |" % match[1]
                line = "%s %s | %s |" % (head, match[3], found) if found else "%s %s | |" % (head, match[3])
        lines.append(line)
    print("%d calls, %d unlike the page" % (count, wrong))
    if "--fill" in sys.argv: open(PAGE, "w").write("\n".join(lines))
    sys.exit(1 if wrong else 0)

main()
