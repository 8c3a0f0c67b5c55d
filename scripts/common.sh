# Shared by the scripts in this folder (sourced): goes to the repository's root, finds the toolchain; has functions that install what is missing and build.
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

command -v swift > /dev/null || fail "no swift on the PATH; Latch needs the Swift 6.3 toolchain (https://swift.org/install)"

# need FILE PACKAGE: installs a Debian package unless the file that it would bring is there.
need() {
  [ -e "$1" ] && return
  echo "$(basename "$0"): installing $2" >&2
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  if ! command -v apt-get > /dev/null; then fail "please install $2 (it brings $1)"; fi
  $as_root apt-get install -y --no-install-recommends "$2" > /dev/null 2>&1 ||
    { $as_root apt-get update > /dev/null && $as_root apt-get install -y --no-install-recommends "$2" > /dev/null; } ||
    fail "cannot install $2"
}

# The command links readline.
need_readline() { need /usr/include/readline/readline.h libreadline-dev; }

# The release build of the command: linked statically, which makes it start sooner by 2 ms; where the system has the archives, with the C library
# too, for another 2 ms.
latch=$PWD/.build/release/latch
build_latch() {
  need_readline
  for archive in libc.a libreadline.a libtinfo.a; do
    if [ ! -e "$(clang -print-file-name=$archive)" ]; then
      build --product latch --static-swift-stdlib
      return
    fi
  done
  build --product latch --static-swift-stdlib -Xswiftc -static-executable -Xlinker -ltinfo
}

# build ARGUMENT...: a release build that is silent when all is well.
build() {
  need_readline
  log=$(mktemp)
  if ! swift build -c release "$@" > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed"
  fi
  rm -f "$log"
}
