package dev.carrel.tests.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

/** The floors of the house, as ARCHITECTURE.md draws them: every arrow goes down. */
class HouseTest {
    private static final String[] CONTEXT = {"dev.carrel.context..", "dev.carrel.error..", "dev.carrel.id..",
            "dev.carrel.keys..", "dev.carrel.queue..", "dev.carrel.time..", "dev.carrel.concurrent..",
            "dev.carrel.stream..", "dev.carrel.interrupt..", "dev.carrel.pool..", "dev.carrel.remote..",
            "dev.carrel.http.."};
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("carrel/tests/")).importPackages("dev.carrel");

    @Test
    void the_whole_house_is_looked_at() {
        assertThat(HOUSE).hasSizeGreaterThan(200);
        for (String floor : new String[]{"context", "session", "batch", "store.jdbc", "onnx", "app", "web", "server",
                "tutor",
                "cli"}) {
            assertThat(HOUSE.that(resideInAnyPackage("dev.carrel." + floor + ".."))).as(floor).isNotEmpty();
        }
    }

    @Test
    void every_arrow_goes_down() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("context").definedBy(CONTEXT)
                .layer("session").definedBy("dev.carrel.session..")
                .layer("batch").definedBy("dev.carrel.batch..")
                .layer("stores").definedBy("dev.carrel.store..")
                .layer("onnx").definedBy("dev.carrel.onnx..")
                .layer("app").definedBy("dev.carrel.app..")
                .layer("web").definedBy("dev.carrel.web..")
                .layer("server").definedBy("dev.carrel.server..")
                .layer("tutor").definedBy("dev.carrel.tutor..")
                .layer("cli").definedBy("dev.carrel.cli..")
                .whereLayer("context").mayNotAccessAnyLayer()
                .whereLayer("session").mayOnlyAccessLayers("context")
                .whereLayer("batch").mayOnlyAccessLayers("context")
                .whereLayer("stores").mayOnlyAccessLayers("session", "context")
                .whereLayer("onnx").mayOnlyAccessLayers("batch", "context")
                .whereLayer("app").mayOnlyAccessLayers("session", "batch", "context")
                .whereLayer("web").mayOnlyAccessLayers("app", "session", "batch", "context")
                .whereLayer("server").mayOnlyAccessLayers("web", "stores", "app", "session", "batch", "context")
                .whereLayer("tutor").mayOnlyAccessLayers("app", "onnx", "session", "batch", "context")
                .whereLayer("cli")
                .mayOnlyAccessLayers("server", "tutor", "web", "app", "onnx", "stores", "session", "batch", "context")
                .check(HOUSE);
    }

    @Test
    void the_ground_floor_stands_on_the_jdk_alone() {
        classes().that().resideInAnyPackage(CONTEXT).should().onlyDependOnClassesThat(
                resideInAnyPackage(CONTEXT)
                        .or(resideInAnyPackage("java..", "javax.crypto..", "javax.net.ssl..", "jdk.jfr..",
                                "org.jspecify..")))
                .check(HOUSE);
    }

    /** From their folders: on the class path each would be found as a service, and be at work in all tests here. */
    @Test
    void a_bridge_knows_the_ground_floor_and_what_it_adapts() throws IOException {
        JavaClasses bridges = integrations(module -> !module.endsWith("micrometer-metrics"));
        assertThat(bridges.stream().map(type -> type.getPackageName()).distinct().count()).isGreaterThan(3);
        noClasses().should().dependOnClassesThat(resideInAnyPackage("dev.carrel..")
                .and(not(resideInAnyPackage(CONTEXT).or(resideInAnyPackage("dev.carrel.integrations..")))))
                .check(bridges);
    }

    @Test
    void meters_know_batches_and_nothing_above_them() throws IOException {
        JavaClasses meters = integrations(module -> module.endsWith("micrometer-metrics"));
        assertThat(meters).isNotEmpty();
        noClasses().should().dependOnClassesThat(resideInAnyPackage("dev.carrel..").and(not(resideInAnyPackage(CONTEXT)
                .or(resideInAnyPackage("dev.carrel.batch..", "dev.carrel.integrations.metrics..")))))
                .check(meters);
    }

    private static JavaClasses integrations(Predicate<Path> which) throws IOException {
        try (Stream<Path> modules = Files.list(Path.of("..", "integrations"))) {
            return new ClassFileImporter().importPaths(modules.filter(which)
                    .map(module -> module.resolve("target/classes")).filter(Files::exists).toList());
        }
    }

    @Test
    void nothing_below_web_knows_http() {
        // dev.carrel.http is a hop: the JDK's client, for those who have it. It knows nothing of servers.
        noClasses().that(resideInAnyPackage(CONTEXT).and(not(resideInAnyPackage("dev.carrel.http")))).or()
                .resideInAnyPackage("dev.carrel.session..", "dev.carrel.batch..", "dev.carrel.store..",
                        "dev.carrel.onnx..", "dev.carrel.app..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "org.eclipse.jetty..", "java.net.http..").check(HOUSE);
    }

    @Test
    void nothing_below_server_knows_jetty() {
        noClasses().that().resideOutsideOfPackage("dev.carrel.server..").should().dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..").check(HOUSE);
    }

    @Test
    void nothing_outside_the_stores_knows_sql() {
        noClasses().that().resideOutsideOfPackage("dev.carrel.store..").should().dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.flywaydb..").check(HOUSE);
    }

    /** A worker that inherits a thread-local keeps, for all whom it serves, that of the one who came first. */
    @Test
    void no_thread_inherits_thread_locals() throws IOException {
        Pattern made = Pattern.compile("Thread\\s*\\.of(Virtual|Platform)\\(\\)([^;]*);");
        List<String> inheriting = new ArrayList<>();
        int seen = 0;
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files
                    .filter(path -> path.toString()
                            .matches("\\.\\./(?!examples|benchmarks|kits|mutants).*/src/main/java/.*\\.java"))
                    .toList()) {
                for (MatchResult thread : made.matcher(Files.readString(file)).results().toList()) {
                    seen++;
                    String how = thread.group(2);
                    // A shutdown hook is made once, before anybody is there.
                    if (!how.contains("inheritInheritableThreadLocals(false)") && !how.contains("carrel-stop")) {
                        inheriting.add(file + ": " + thread.group());
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(10);
        assertThat(inheriting).isEmpty();
    }
}
