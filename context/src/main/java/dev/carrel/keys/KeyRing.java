package dev.carrel.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that sign, newest first: the first one signs, all of them verify, so a key can be rotated without signing anybody
 * out. A signature is HMAC-SHA256 (RFC 2104) over a purpose and the text, so that what was signed as a cookie is never
 * taken for anything else. Immutable and thread-safe.
 */
public final class KeyRing {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    /** @param mac made for the secret and never used itself: a copy of it is ready at once */
    private record Key(String id, SecretKeySpec secret, Mac mac) {
        Key(String id, byte[] secret) {
            var spec = new SecretKeySpec(secret, ALGORITHM);
            this(id, spec, mac(spec));
        }

        private static Mac mac(SecretKeySpec secret) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(secret);
                return mac;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + ALGORITHM, e);
            }
        }

        static Key random() {
            var random = new SecureRandom();
            byte[] secret = new byte[KEY_BYTES];
            random.nextBytes(secret);
            byte[] id = new byte[4];
            random.nextBytes(id);
            return new Key(HexFormat.of().formatHex(id), secret);
        }

        String line() {
            return id + " " + ENCODER.encodeToString(secret.getEncoded()) + "\n";
        }
    }

    private final List<Key> keys;

    private KeyRing(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /** One new random key, in memory only: what it signs is worth nothing after a restart. */
    public static KeyRing random() {
        return new KeyRing(List.of(Key.random()));
    }

    /**
     * The keys in {@code file}, one {@code id secret} a line, newest first. If there is none yet it is made with one
     * random key, readable by its owner only (mode 0600).
     *
     * @throws UncheckedIOException if it can neither be read nor made
     * @throws IllegalArgumentException if it is not a key file
     */
    public static KeyRing load(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            List<Key> keys = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    keys.add(parse(file, line));
                }
            }
            if (keys.isEmpty()) {
                throw new IllegalArgumentException(file + " holds no key");
            }
            return new KeyRing(keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Written beside and moved into place, so that a crash or a full disk never leaves half a key. */
    private static void create(Path file) throws IOException {
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "keys", ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(draft, Key.random().line(), StandardOpenOption.SYNC);
            putInPlace(draft, file);
        } catch (FileAlreadyExistsException e) {
            // Another process of the same installation was quicker: its key counts.
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** A link, since an atomic move replaces what is there: another process would go on with a key that nobody has. */
    private static void putInPlace(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.move(draft, file);
        }
    }

    private static Key parse(Path file, String line) {
        String[] parts = line.strip().split(" ", -1);
        try {
            byte[] secret = DECODER.decode(parts[parts.length - 1]);
            if (parts.length == 2 && secret.length >= KEY_BYTES) {
                return new Key(parts[0], secret);
            }
        } catch (IllegalArgumentException e) {
            // Falls through: the secret is not said, in no message.
        }
        throw new IllegalArgumentException(file + " holds a line that is not \"id secret\"");
    }

    /** {@code text} with a signature: {@code keyId.text.signature}, each part safe in a cookie and in a path. */
    public String sign(String purpose, String text) {
        Key key = keys.getFirst();
        String body = key.id + "." + ENCODER.encodeToString(bytes(text));
        return body + "." + ENCODER.encodeToString(mac(key, purpose, body));
    }

    /** The text, if it was signed for this purpose by one of these keys; empty for anything else. */
    public Optional<String> verify(String purpose, String signed) {
        String[] parts = signed.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        for (Key key : keys) {
            if (key.id.equals(parts[0])) {
                // As text: the decoder takes several spellings of one value (spare bits, padding), and only one was signed.
                String due = ENCODER.encodeToString(mac(key, purpose, parts[0] + "." + parts[1]));
                if (MessageDigest.isEqual(bytes(parts[2]), bytes(due))) {
                    return Optional.of(new String(DECODER.decode(parts[1]), StandardCharsets.UTF_8));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the key under this id is one of these; ids are public. */
    public boolean holds(String keyId) {
        return keys.stream().anyMatch(key -> key.id.equals(keyId));
    }

    /** A secret that is always the same for this purpose and text, and unknown to whoever lacks the oldest key. */
    public String derive(String purpose, String text) {
        return HexFormat.of().formatHex(mac(keys.getLast(), "derive:" + purpose, text));
    }

    private static byte[] mac(Key key, String purpose, String text) {
        try {
            Mac mac = (Mac) key.mac.clone();
            mac.update(bytes(purpose + "\0"));
            return mac.doFinal(bytes(text));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be copied", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
