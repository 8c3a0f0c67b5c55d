"""Serves the page on this machine: serve-page.py FOLDER [PORT]. With the headers of cross-origin isolation, and compressed files where there are some."""

import http.server
import os
import sys


class PageHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json"}
    protocol_version = "HTTP/1.1"
    is_isolated = True
    is_compressed = True

    def end_headers(self):
        if self.is_isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def do_GET(self):
        path = self.translate_path(self.path)
        if os.path.isdir(path):
            path = os.path.join(path, "index.html")
        accepted = self.headers.get("Accept-Encoding", "")
        for encoding, suffix in [("br", ".br"), ("gzip", ".gz")] if self.is_compressed else []:
            if encoding in accepted and os.path.exists(path + suffix):
                with open(path + suffix, "rb") as file:
                    data = file.read()
                self.send_response(200)
                self.send_header("Content-Type", self.guess_type(path))
                self.send_header("Content-Encoding", encoding)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
        super().do_GET()

    def log_message(self, *arguments):
        pass


class PageServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # Browsers drop connections.
        pass


def serve(folder, port, handler=PageHandler):
    return PageServer(("127.0.0.1", port), lambda *arguments: handler(*arguments, directory=folder))


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    print(f"http://127.0.0.1:{chosen}/")
    try:
        serve(sys.argv[1], chosen).serve_forever()
    except KeyboardInterrupt:
        pass
