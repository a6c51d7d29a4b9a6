package dev.carrel.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium without a window, with a profile of its own, and the page in it by the hooks of docs/page.md. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Where there is no Chromium, says so loudly and has the test counted as not run; in CI it must run. */
    static void assumeThere() {
        if (Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)) {
            return;
        }
        String line = "NOT RUN: browser test, as there is no " + CHROMIUM + " and " + DRIVER
                + " (Debian packages chromium and chromium-driver)";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            Assertions.fail(line + "; in CI it must run");
        }
        System.err.println("\n" + "!".repeat(line.length()) + "\n" + line + "\n" + "!".repeat(line.length()) + "\n");
        Assumptions.abort(line);
    }

    /** A browser that knows nothing yet. Its profile stays under {@code target/}, where it is written to till the end. */
    static Browser start(String name) throws IOException {
        Path profile = Files.createTempDirectory(Files.createDirectories(Path.of("target", "browsers")), name);
        SELENIUM.setLevel(Level.SEVERE); // it misses DevTools bindings that nothing here uses
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1280,900", "--user-data-dir=" + profile.toAbsolutePath());
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort().withSilent(true).build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** Forgets cookies and further tabs, so that the next test meets a new visitor. */
    void forget() {
        List<String> tabs = List.copyOf(driver.getWindowHandles());
        for (String tab : tabs.subList(1, tabs.size())) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(tabs.getFirst());
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
    }

    /** Opens the page and waits until it has loaded its user and conversation. */
    Browser open(URI server) {
        driver.get(server.resolve("/").toString());
        return awaitReady();
    }

    Browser awaitReady() {
        await(page -> !page.findElements(By.cssSelector("body[data-ready]")).isEmpty());
        return this;
    }

    Browser reload() {
        driver.navigate().refresh();
        return awaitReady();
    }

    /** Goes to another conversation of the same page. */
    void goTo(String hash) {
        driver.executeScript("location.hash = arguments[0]", hash);
    }

    String address() {
        return String.valueOf(driver.getCurrentUrl());
    }

    void await(Predicate<WebDriver> condition) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50)).ignoring(StaleElementReferenceException.class)
                .until(condition::test);
    }

    private WebElement await(Supplier<Optional<WebElement>> look) {
        List<WebElement> found = new ArrayList<>();
        await(_ -> look.get().map(found::add).isPresent());
        return found.getLast();
    }

    private static Optional<WebElement> displayed(WebDriver page, String hook) {
        return page.findElements(hook(hook)).stream().filter(WebElement::isDisplayed).findFirst();
    }

    private static By hook(String hook) {
        return By.cssSelector("[data-test=\"" + hook + "\"]");
    }

    /** The first element of this hook, once it is shown. */
    WebElement shown(String hook) {
        return await(() -> displayed(driver, hook));
    }

    void awaitHidden(String hook) {
        await(page -> page.findElements(hook(hook)).stream().noneMatch(WebElement::isDisplayed));
    }

    List<WebElement> all(String hook) {
        return driver.findElements(hook(hook));
    }

    List<WebElement> all(WebElement within, String hook) {
        return within.findElements(hook(hook));
    }

    void awaitCount(String hook, int count) {
        await(page -> page.findElements(hook(hook)).size() == count);
    }

    void click(String hook) {
        await(page -> {
            Optional<WebElement> element = displayed(page, hook).filter(WebElement::isEnabled);
            element.ifPresent(WebElement::click);
            return element.isPresent();
        });
    }

    /** The states of the body: {@code ready}, {@code connection}. */
    void awaitConnection(String state) {
        await(page -> state.equals(page.findElement(By.tagName("body")).getDomAttribute("data-connection")));
    }

    /** Signs in, and waits until the page has started over for this user. */
    void signIn(String user, boolean take) {
        click("sign-in");
        shown("user").sendKeys(user);
        shown("password").sendKeys(TestUsers.passwordOf(user));
        if (take) {
            click("take");
        }
        click("sign-in-submit");
        awaitUser(user);
    }

    /** The name at the top; empty for a visitor. */
    void awaitUser(String user) {
        await(page -> user.equals(page.findElement(hook("who")).getDomAttribute("data-user"))
                && !page.findElements(By.cssSelector("body[data-ready]")).isEmpty());
    }

    /** Writes a message and sends it with the Enter key. */
    void say(String text) {
        shown("message").sendKeys(text, Keys.ENTER);
    }

    /** The last turn, once there are so many and it has this status. */
    WebElement turn(int count, String status) {
        return await(() -> {
            List<WebElement> turns = all("turn");
            return turns.size() == count && status.equals(turns.getLast().getDomAttribute("data-status"))
                    ? Optional.of(turns.getLast())
                    : Optional.empty();
        });
    }

    String answer(WebElement turn) {
        return turn.findElement(hook("answer")).getText();
    }

    void addNote(String text, int count) {
        shown("note-text").sendKeys(text);
        click("note-add");
        awaitCount("note", count);
    }

    /** All text that is in the document, shown or not. */
    String everything() {
        return String.valueOf(driver.executeScript("return document.documentElement.outerHTML"));
    }

    /** Runs a script on the page, for what no pointer or key can do here. */
    void run(String script) {
        driver.executeScript(script);
    }

    /** How much wider the page is than its window. */
    long overflow() {
        return ((Number) Objects
                .requireNonNull(driver.executeScript("return document.documentElement.scrollWidth - innerWidth")))
                .longValue();
    }

    String newTab() {
        return driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
    }

    void toTab(String tab) {
        driver.switchTo().window(tab);
    }

    String tab() {
        return driver.getWindowHandle();
    }

    /** Makes the page exactly this large. */
    void size(int width, int height, boolean phone) {
        driver.manage().window().setSize(new Dimension(Math.max(500, width), height + 150));
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    }

    private int inner(String side) {
        return driver.executeScript("return window.inner" + side) instanceof Number pixels ? pixels.intValue() : 0;
    }

    /** Takes the pointer to where nothing is under it. */
    void pointAside() {
        new Actions(driver).moveToLocation(Math.min(640, inner("Width") - 2), Math.min(660, inner("Height") - 2))
                .perform();
    }

    /** Waits until nothing moves any more. */
    void awaitStill() {
        await(_ -> Boolean.TRUE.equals(driver.executeScript(
                "return document.getAnimations().every(one => one.playState !== 'running')")));
    }

    void picture(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What the page complained of, other than connections and answers that a test broke on purpose. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue()).map(LogEntry::getMessage)
                .filter(line -> !line.contains("net::ERR_") && !line.contains("Failed to load resource")).toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
