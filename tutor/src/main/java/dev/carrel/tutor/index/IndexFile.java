package dev.carrel.tutor.index;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

import dev.carrel.tutor.docs.Passage;
import dev.carrel.tutor.embed.Vector;

/**
 * The index as a file: for each document its content's hash, its passages and their vectors.
 *
 * <p>Big-endian: magic (8 bytes), version (int), identity of model and rules (string), number of documents (int); for each
 * hash, source (strings), number of passages (int); for each heading, text (strings), vector (floats); at the end a CRC-32C
 * of all before it (long). A string is its length in bytes (int) and UTF-8. Written beside and moved into place.
 */
record IndexFile(Path file, String identity, int dimensions) {
    private static final long MAGIC = 0x4341_5252_454c_4958L; // CARRELIX
    private static final int VERSION = 1;

    /** One passage and its vector. */
    record Embedded(Passage passage, Vector vector) {}

    /** The file cannot be used; the message says why, for whoever started the program. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /** The passages of each document by its hash; empty if there is no file yet. */
    Map<String, List<Embedded>> read() throws Unusable {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer head = ByteBuffer.wrap(bytes);
            if (bytes.length < 20 || head.getLong() != MAGIC) {
                throw new Unusable("it is not an index");
            }
            int version = head.getInt();
            if (version != VERSION) {
                throw new Unusable("it has format " + version + ", this version reads " + VERSION);
            }
            CRC32C sum = new CRC32C();
            sum.update(bytes, 0, bytes.length - Long.BYTES);
            if (sum.getValue() != head.getLong(bytes.length - Long.BYTES)) {
                throw new Unusable("it is damaged");
            }
            return read(new DataInputStream(new ByteArrayInputStream(bytes, 12, bytes.length - 20)));
        } catch (IOException e) {
            throw new Unusable("it cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private Map<String, List<Embedded>> read(DataInputStream in) throws IOException, Unusable {
        if (!string(in).equals(identity)) {
            throw new Unusable("it was made with another model or other rules");
        }
        Map<String, List<Embedded>> documents = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String hash = string(in);
            String source = string(in);
            int count = in.readInt();
            List<Embedded> passages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Passage passage = new Passage(source, string(in), string(in));
                float[] vector = new float[dimensions];
                ByteBuffer.wrap(in.readNBytes(dimensions * Float.BYTES)).asFloatBuffer().get(vector);
                passages.add(new Embedded(passage, Vector.of(vector)));
            }
            documents.put(hash, passages);
        }
        return documents;
    }

    void write(Map<String, List<Embedded>> documents) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path beside = Files.createTempFile(folder, "index", ".part");
        try {
            CRC32C sum = new CRC32C();
            try (DataOutputStream out = new DataOutputStream(
                    new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16), sum))) {
                out.writeLong(MAGIC);
                out.writeInt(VERSION);
                string(out, identity);
                out.writeInt(documents.size());
                for (Map.Entry<String, List<Embedded>> document : documents.entrySet()) {
                    document(out, document.getKey(), document.getValue());
                }
                out.writeLong(sum.getValue());
            }
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private void document(DataOutputStream out, String hash, List<Embedded> passages) throws IOException {
        string(out, hash);
        string(out, passages.isEmpty() ? "" : passages.getFirst().passage().source());
        out.writeInt(passages.size());
        ByteBuffer floats = ByteBuffer.allocate(dimensions * Float.BYTES);
        for (Embedded embedded : passages) {
            string(out, embedded.passage().heading());
            string(out, embedded.passage().text());
            embedded.vector().writeTo(floats.asFloatBuffer());
            out.write(floats.array());
        }
    }

    private static String string(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
