"""The models of the benchmark "serving" on FastAPI, in one process: serve_fastapi.py square | embed MODEL TOKENIZER WORKERS"""
import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Number(BaseModel):
    input: int


class Text(BaseModel):
    text: str


@app.get("/health")
async def health():
    return "ok"


if sys.argv[1] == "square":

    @app.post("/models/square")
    async def square(number: Number):
        return {"output": number.input * number.input}

else:
    from minilm import MiniLm

    model = MiniLm(sys.argv[2], sys.argv[3])
    # As many calls of the model at once as the others have workers; the event loop is free meanwhile.
    workers = ThreadPoolExecutor(int(sys.argv[4]))

    @app.post("/models/embed")
    async def embed(text: Text):
        vectors = await asyncio.get_running_loop().run_in_executor(workers, model.embed, [text.text])
        return {"embedding": vectors[0].tolist()}


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
