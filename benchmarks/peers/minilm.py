"""The embedding model of the benchmark "serving", for the peers in Python: one thread of ONNX Runtime a call."""
import numpy as np
import onnxruntime
from tokenizers import Tokenizer


class MiniLm:
    def __init__(self, model, tokenizer):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(tokenizer)
        # The file cuts at 128 tokens and pads to 128.
        self.tokenizer.no_truncation()
        self.tokenizer.enable_padding()

    def embed(self, texts):
        """One vector of length 1 for each text: the mean of its tokens' vectors."""
        encodings = self.tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        hidden = self.session.run(None, {"input_ids": ids, "attention_mask": mask,
                                         "token_type_ids": np.zeros_like(ids)})[0]
        sums = np.einsum("btd,bt->bd", hidden, mask.astype(np.float32))
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)
