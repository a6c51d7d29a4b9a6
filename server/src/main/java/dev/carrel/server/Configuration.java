package dev.carrel.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a setting comes from, the first that has it: the command line, the environment ({@code CARREL_DATA} for
 * {@code data}, {@code CARREL_ALLOW_HOST} for {@code allow-host}), the file {@code carrel.properties} in the working
 * folder, the default. Immutable and thread-safe.
 */
public final class Configuration {
    /** The file's name, in the working folder. */
    public static final String FILE = "carrel.properties";

    private final Map<String, String> commandLine;
    private final Map<String, String> environment;
    private final Properties file;

    private Configuration(Map<String, String> commandLine, Map<String, String> environment, Properties file) {
        this.commandLine = Map.copyOf(commandLine);
        this.environment = Map.copyOf(environment);
        this.file = file;
    }

    /**
     * What these say, and the file in {@code folder} if it is there.
     *
     * @throws StartException if the file is there and cannot be read
     */
    public static Configuration of(Map<String, String> commandLine, Map<String, String> environment, Path folder) {
        var properties = new Properties();
        Path path = folder.resolve(FILE);
        if (Files.exists(path)) {
            try (Reader reader = Files.newBufferedReader(path)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartException(path + " cannot be read as a properties file", e);
            }
        }
        return new Configuration(commandLine, environment, properties);
    }

    /** The environment and the file of this process. */
    public static Configuration ofProcess() {
        return of(Map.of(), System.getenv(), Path.of(""));
    }

    /** The setting, if anything has it. */
    public Optional<String> find(String name) {
        String value = commandLine.get(name);
        if (value == null) {
            value = environment.get("CARREL_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
        if (value == null) {
            value = file.getProperty(name);
        }
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    /** The setting, or {@code otherwise}. */
    public String get(String name, String otherwise) {
        return find(name).orElse(otherwise);
    }

    /**
     * The setting as a number.
     *
     * @throws StartException if it is not one from {@code min} to {@code max}
     */
    public int number(String name, int otherwise, int min, int max) {
        String text = get(name, Integer.toString(otherwise));
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new StartException(name + " must be a number from " + min + " to " + max + ", not \"" + text + "\"");
    }
}
