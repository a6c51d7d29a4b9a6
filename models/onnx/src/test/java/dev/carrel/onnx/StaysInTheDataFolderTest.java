package dev.carrel.onnx;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** In a process of its own, because DJL decides once in a process where its files go. */
class StaysInTheDataFolderTest {

    @Test
    void nothing_lands_in_the_home_folder_and_nothing_is_fetched(@TempDir Path folder) throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path data = folder.resolve("data");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Duser.home=" + home, "-cp",
                System.getProperty("java.class.path"), Child.class.getName(), data.toString());
        builder.environment().keySet().removeAll(List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "DJL_OFFLINE"));
        builder.environment().put("HOME", home.toString());
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());

        Process child = builder.start();

        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<String> out = Files.readAllLines(folder.resolve("out"));
        assertThat(child.exitValue()).as(String.join("\n", out)).isZero();
        assertThat(out).contains("offline=true", "cache=" + data.resolve("models/djl"), "vectors=1")
                .noneMatch(line -> line.startsWith("fetches "));
        assertThat(tree(home)).as("the home folder").isEmpty();
        assertThat(tree(data)).contains("models/all-minilm-l6-v2.onnx")
                .anyMatch(file -> file.startsWith("models/djl/tokenizers/"));
    }

    private static List<String> tree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder)).map(file -> folder.relativize(file).toString()).toList();
        }
    }

    static final class Child {
        public static void main(String[] args) {
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    System.out.println("fetches " + uri);
                    return List.of(Proxy.NO_PROXY);
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
            });
            try (MiniLm model = MiniLm.load(Path.of(args[0]))) {
                System.out.println("vectors=" + model.embed(List.of("hello")).length);
            }
            System.out.println("offline=" + System.getProperty("ai.djl.offline"));
            System.out.println("cache=" + System.getProperty("DJL_CACHE_DIR"));
        }
    }
}
