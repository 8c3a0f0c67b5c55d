"""Runs the checks of the page in a browser without a window: run.py chromium|firefox FOLDER [--not-isolated] [--navigations N]

Serves the page with the checks beside it; the checks drive it in a frame and post what they found. Prints a line for each; the exit code is 1 if one failed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))
serve_page = __import__("serve-page")

BROWSERS = {
    "chromium": (["chromium", "chromium-browser", "google-chrome"],
                 lambda profile: ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", f"--user-data-dir={profile}"]),
    "firefox": (["firefox", "firefox-esr"], lambda profile: ["--headless", "--no-remote", "--profile", profile]),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("browser", choices=BROWSERS)
    parser.add_argument("folder")
    parser.add_argument("--not-isolated", action="store_true", help="serve without the headers of cross-origin isolation")
    parser.add_argument("--navigations", type=int, default=5, help="how often to measure the first evaluation after navigation")
    options = parser.parse_args()
    names, arguments = BROWSERS[options.browser]
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        print(f"skipped: {options.browser} is not installed")
        return 0

    results, has_ended = [], threading.Event()

    class Handler(serve_page.PageHandler):
        is_isolated = not options.not_isolated

        def translate_path(self, path):
            name = path.split("?")[0].lstrip("/")
            return os.path.join(HERE, name) if name in ("checks.html", "checks.js") else super().translate_path(path)

        def do_GET(self):
            if self.path != "/expected.json":
                return super().do_GET()
            examples = os.path.join(HERE, "..", "..", "scheme-examples")
            texts = {name[:-4]: open(os.path.join(examples, name), encoding="utf-8").read() for name in os.listdir(examples) if name.endswith(".out")}
            data = json.dumps(texts).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            result = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "end" in result:
                has_ended.set()
            else:
                results.append(result)
                print(f"{'ok  ' if result['ok'] else 'FAIL'} {result['name']}: {result['detail']}", flush=True)
            self.send_response(204)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = serve_page.serve(options.folder, 0, Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/checks.html?navigations={options.navigations}"
    with tempfile.TemporaryDirectory() as profile:
        # Firefox waits for ever for a cache folder that cannot be one, such as XDG_CACHE_HOME=/dev/null: it gets none of those folders' names.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")} | {"HOME": profile}
        process = subprocess.Popen([program, *arguments(profile), url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        finished = has_ended.wait(220)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Children of the browser may still write there.
        shutil.rmtree(profile, ignore_errors=True)
        os.makedirs(profile, exist_ok=True)
    if not finished:
        print("FAIL the checks did not end")
    return 0 if finished and results and all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
