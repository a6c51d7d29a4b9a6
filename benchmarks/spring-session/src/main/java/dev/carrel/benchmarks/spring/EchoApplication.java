package dev.carrel.benchmarks.spring;

import java.io.IOException;
import java.util.Objects;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * Starts the echo on a free port of the loopback, prints the address, and ends when its input ends. Its database and the
 * size of its pool come from the command line, the rest from {@code application.properties}.
 */
@SpringBootApplication(proxyBeanMethods = false)
class EchoApplication {
    EchoApplication() {}

    /** With Spring Boot's own arguments, such as {@code --spring.datasource.url=...}. */
    public static void main(String[] args) throws IOException {
        try (var application = (ServletWebServerApplicationContext) SpringApplication.run(EchoApplication.class,
                args)) {
            System.out
                    .println("ready http://localhost:" + Objects.requireNonNull(application.getWebServer()).getPort());
            while (System.in.read() >= 0) {
                // Whoever started this process holds the other end.
            }
        }
    }
}
