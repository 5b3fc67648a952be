"""An endpoint as experiments/trainers/few_shot.py asks it, on a port of this machine, that adds numbers.

    chat_server.py PORT_FILE LOG [STATUS EVERY]     answers every EVERY-th request with the HTTP status STATUS

PORT_FILE has its port once it listens. Each request that it answers is a line of LOG. A question "13 + ..." has no
answer, as where a filter stopped the model.
"""
import http.server
import json
import os
import sys

port_file, log = sys.argv[1:3]
status, every = map(int, sys.argv[3:5]) if len(sys.argv) > 3 else (200, 0)
seen = 0


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global seen
        seen += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if every and seen % every == 0:
            self.reply(status, {"error": "as asked for"})
            return
        chat = self.path.endswith("/chat/completions")
        question = body["messages"][-1]["content"] if chat else body["prompt"].rstrip("\n").split("\n")[-1]
        x, y = question.split(" + ")
        text = None if x == "13" else f"answer = {int(x) + int(y)}\r\n"
        with open(log, "a") as file:
            file.write(json.dumps({"path": self.path, "key": self.headers["Authorization"], "body": body}) + "\n")
        self.reply(200, {"choices": [{"message": {"content": text}} if chat else {"text": text}]})

    def reply(self, code, value):
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
server.serve_forever()
