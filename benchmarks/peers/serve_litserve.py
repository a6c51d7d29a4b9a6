"""The models of the benchmark "serving" on LitServe:
serve_litserve.py square BATCH WINDOW | embed BATCH WINDOW MODEL TOKENIZER WORKERS

BATCH is how many requests run together at most (1: none is batched), WINDOW how many seconds a batch waits for more.
"""
import socket
import sys

import litserve


class Square(litserve.LitAPI):
    def setup(self, device):
        pass

    def decode_request(self, request):
        return request["input"]

    def batch(self, inputs):
        return inputs

    def predict(self, x):
        return [each * each for each in x] if isinstance(x, list) else x * x

    def unbatch(self, output):
        return output

    def encode_response(self, output):
        return {"output": output}


class Embed(litserve.LitAPI):
    def setup(self, device):
        from minilm import MiniLm

        self.model = MiniLm(sys.argv[4], sys.argv[5])

    def decode_request(self, request):
        return request["text"]

    def batch(self, inputs):
        return inputs

    def predict(self, x):
        return self.model.embed(x) if isinstance(x, list) else self.model.embed([x])[0]

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        return {"embedding": output.tolist()}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


if __name__ == "__main__":
    name, batch, window = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    kind = Square if name == "square" else Embed
    api = kind(max_batch_size=batch, batch_timeout=window, api_path=f"/models/{name}")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=int(sys.argv[6]) if name == "embed" else 1)
    port = free_port()
    print(f"http://127.0.0.1:{port}", flush=True)
    server.run(host="127.0.0.1", port=port, num_api_servers=1, log_level="warning", generate_client_file=False)
