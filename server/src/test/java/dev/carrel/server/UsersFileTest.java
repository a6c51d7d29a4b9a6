package dev.carrel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.web.PasswordUsers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A users file that does not hold is refused when it is read, by file and line, and its secrets are not repeated. */
class UsersFileTest {
    private static final String GOOD = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"alice", "alice:", "alice:secret", "alice:$1$salt$md5hash", "alice:{SHA}abc",
            "alice:$2b$10$short", "alice:$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "alice:$argon2id$secret", "alice:$argon2id$v=19$m=1024$c2FsdHNhbHQ$aGFzaGhhc2g", "alice:$argon2id$$$$$",
            ":$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "visitor\u00e4:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "a b:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "good:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"})
    void a_line_that_does_not_hold_is_named(String line) throws IOException {
        Path file = folder.resolve("users");
        Files.writeString(file, "# users\ngood:" + GOOD + "\n" + line + "\n");
        assertThatThrownBy(() -> PasswordUsers.load(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("line 3")
                .hasMessageNotContainingAny("secret", "CCCC", "md5hash");
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException {
        assertThatThrownBy(() -> PasswordUsers.load(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
        Path latin = folder.resolve("latin");
        Files.write(latin, "# M\u00fcller\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PasswordUsers.load(latin)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latin");
    }

    @Test
    void an_empty_file_has_no_users() throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "\n# nobody\n");
        assertThat(PasswordUsers.load(file).verify("alice", "x")).isEmpty();
        assertThat(PasswordUsers.load(file).find("alice")).isEmpty();
    }
}
