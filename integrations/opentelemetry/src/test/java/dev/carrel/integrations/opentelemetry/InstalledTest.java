package dev.carrel.integrations.opentelemetry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether the storage is in use is decided once in a process, so each case has its own. */
class InstalledTest {
    /** The program of those processes. */
    public static final class Started {
        private Started() {}

        /** Says what is wrong, or that nothing is. */
        public static void main(String[] arguments) {
            try {
                CarrelContextStorage.requireInstalled();
                System.out.println("installed");
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dnothing=more", "-Dio.opentelemetry.context.enableStrictContext=true"})
    void it_is_found_by_itself_also_in_opentelemetrys_strict_mode(String option) throws Exception {
        assertThat(started(option)).contains("installed");
    }

    @Test
    void where_opentelemetry_uses_another_storage_the_message_says_what_to_change() throws Exception {
        assertThat(started("-Dio.opentelemetry.context.contextStorageProvider=default"))
                .contains("ThreadLocalContextStorage", CarrelContextStorageProvider.class.getName());
    }

    private static String started(String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), option,
                "-cp", System.getProperty("java.class.path"), Started.class.getName()).redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return said;
    }
}
