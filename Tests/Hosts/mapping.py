"""Maps a procedure over inputs by two Dask workers, and kills one of them in the middle: mapping.py PROGRAM.wasm. The program exports `longest`, of the text
"FROM TO", and `square`, of an integer. The results are those of one process without Dask; prints how many batches were done again."""

import os
import signal
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Sources", "Hosts"))

from distributed import Client, LocalCluster  # noqa: E402

import latch_map  # noqa: E402


def expect_failure(program, name, lines, words):
    """The second line is the one that fails."""
    try:
        latch_map.map_locally(program, name, lines)
    except latch_map.CallFailed as failure:
        assert failure.number == 1 and words in failure.message, failure
    else:
        raise AssertionError("a call that fails returned")


def main():
    with open(sys.argv[1], "rb") as file:
        program = file.read()
    lines = [f"{start} {start + 500}" for start in range(1, 40_000, 500)]
    expected = latch_map.map_locally(program, "longest", lines)
    seen = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster, Client(cluster) as client:
        client.upload_file(latch_map.__file__)
        victims = list(client.run(os.getpid).values())
        killed = threading.Event()

        def progress(done, count):
            seen.append((done, count))
            if done * 4 >= count and not killed.is_set():
                killed.set()
                os.kill(victims[0], signal.SIGKILL)

        results = latch_map.map_frozen(client, program, "longest", lines, batch=2, progress=progress)
        survivors = set(client.run(os.getpid).values())
    assert killed.is_set() and victims[0] not in survivors, "no worker was lost"
    assert results == expected, "the results differ"
    assert seen[-1] == (len(lines), len(lines)) and seen == sorted(seen), "progress is not what was done"
    expect_failure(program, "longest", ["1 2", "oops"], "error:")
    expect_failure(program, "longest", latch_map.read_lines(b"1 2\n\xff 2\n"), "not UTF-8")
    expect_failure(program, "square", ["-3", "x"], "takes numbers")
    expect_failure(program, "square", ["3", str(1 << 63)], "64 bits")
    assert latch_map.map_locally(program, "square", ["-3", "1000000000"]) == ["9", "1000000000000000000"]
    assert latch_map.read_lines("a\u2028b\r\n\n\fc".encode()) == ["a\u2028b", "", "\fc"], "lines end elsewhere"
    print(f"{len(results)} results, one worker lost, 0 differences")


if __name__ == "__main__":
    main()
