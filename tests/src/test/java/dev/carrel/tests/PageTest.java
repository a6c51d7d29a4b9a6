package dev.carrel.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/** The page in real browsers, one of Alice's and one of Bob's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private @Nullable Browser alices;
    private @Nullable Browser bobs;

    @BeforeEach
    void start() throws Exception {
        Browser.assumeThere();
        if (alices == null) {
            alices = Browser.start("alice");
        }
        alices.forget();
    }

    @AfterEach
    void the_page_complained_of_nothing() {
        for (Browser browser : open()) {
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @AfterAll
    void stop() {
        open().forEach(Browser::close);
    }

    private List<Browser> open() {
        List<Browser> open = new ArrayList<>();
        Optional.ofNullable(alices).ifPresent(open::add);
        Optional.ofNullable(bobs).ifPresent(open::add);
        return open;
    }

    private Browser alice() {
        return Optional.ofNullable(alices).orElseThrow();
    }

    private Browser bob() throws Exception {
        if (bobs == null) {
            bobs = Browser.start("bob");
        }
        bobs.forget();
        return bobs;
    }

    private static void learn(Browser page, TestTutor tutor, String user, String note) {
        page.open(tutor.uri()).signIn(user, false);
        page.click("notes-open");
        page.addNote(note, 1);
        page.say("When is my exam?");
        WebElement turn = page.turn(1, "committed");
        assertThat(page.answer(turn)).contains(note);
        assertThat(page.all(turn, "source").getFirst().getDomAttribute("data-kind")).isEqualTo("note");
        page.awaitCount("session", 1);
    }

    @Test
    void two_people_see_only_their_own_and_a_reload_keeps_it(@TempDir Path data) throws Exception {
        String alicesNote = "My exam is on Monday the 8th at nine.";
        String bobsNote = "My exam is on Friday the 19th at two.";
        Browser alice = alice();
        Browser bob = bob();
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice", "bob"));
                ExecutorService both = Executors.newFixedThreadPool(2)) {
            Future<?> one = both.submit(() -> learn(alice, tutor, "alice", alicesNote));
            Future<?> other = both.submit(() -> learn(bob, tutor, "bob", bobsNote));
            one.get();
            other.get();
            assertThat(alice.everything()).contains(alicesNote).doesNotContain(bobsNote, "19th");
            assertThat(bob.everything()).contains(bobsNote).doesNotContain(alicesNote, "the 8th");

            String address = alice.address();
            alice.reload();
            assertThat(alice.address()).isEqualTo(address);
            assertThat(alice.answer(alice.turn(1, "committed"))).contains(alicesNote);
            assertThat(alice.all("session")).hasSize(1);

            alice.goTo(bob.address().replaceFirst(".*#", "#"));
            assertThat(alice.shown("notice").getText()).contains("not here");
            assertThat(alice.everything()).doesNotContain(bobsNote, "19th");
        }
    }

    @Test
    void a_dropped_stream_catches_up(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data); var wire = new Wire(desk.uri())) {
            page.open(wire.uri()).say("wait for it");
            page.await(_ -> page.answer(page.turn(1, "running")).contains(Desk.FIRST.strip()));
            wire.cut();
            page.awaitConnection("lost");
            assertThat(page.shown("connection").getText()).contains("Connection lost");
            desk.letGo();
            wire.mend();
            WebElement turn = page.turn(1, "committed");
            page.await(_ -> page.answer(turn).equals(Desk.FIRST + Desk.SECOND));
            page.awaitConnection("open");
            page.awaitHidden("connection");
            assertThat(page.all("turn")).hasSize(1);
        }
    }

    @Test
    void what_could_not_be_sent_stays_and_goes_out_once(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data); var wire = new Wire(desk.uri())) {
            page.open(wire.uri()).say("one");
            page.turn(1, "committed");
            wire.cut();
            page.say("two");
            assertThat(page.shown("unsent").getText()).contains("Not sent");
            assertThat(page.shown("message").getDomProperty("value")).isEqualTo("two");
            wire.mend();
            assertThat(page.answer(page.turn(2, "committed"))).isEqualTo("You said: two");
            page.awaitHidden("unsent");
        }
    }

    @Test
    void eight_tabs_of_one_browser_work_at_once(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            List<String> tabs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tabs.add(i == 0 ? page.tab() : page.newTab());
                page.open(desk.uri()).say("hello from tab " + i);
                page.turn(1, "committed");
                page.say("wait in tab " + i);
                page.turn(2, "running");
            }
            desk.letGo();
            for (int i = 0; i < 8; i++) {
                page.toTab(tabs.get(i));
                WebElement turn = page.turn(2, "committed");
                page.await(_ -> page.answer(turn).equals(Desk.FIRST + Desk.SECOND));
                assertThat(page.answer(page.all("turn").getFirst())).isEqualTo("You said: hello from tab " + i);
                page.say("bye from tab " + i);
                assertThat(page.answer(page.turn(3, "committed"))).isEqualTo("You said: bye from tab " + i);
            }
            page.awaitCount("session", 8);
        }
    }

    @Test
    void signing_in_takes_the_conversation_along_only_if_asked(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).say("a visitor's first");
            page.turn(1, "committed");
            page.signIn("alice", false);
            assertThat(page.all("session")).isEmpty();
            assertThat(page.everything()).doesNotContain("a visitor");
            page.click("sign-out");
            page.awaitUser("");
            assertThat(page.all("session")).isEmpty();

            page.say("a visitor's second");
            page.turn(1, "committed");
            page.awaitCount("session", 1);
            String address = page.address();
            page.signIn("bob", true);
            assertThat(page.address()).isEqualTo(address);
            assertThat(page.answer(page.turn(1, "committed"))).isEqualTo("You said: a visitor's second");
            page.awaitCount("session", 1);
        }
    }

    @Test
    void a_wrong_password_is_said_and_changes_nothing(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).click("sign-in");
            page.shown("user").sendKeys("alice");
            page.shown("password").sendKeys("wrong", Keys.ENTER);
            assertThat(page.shown("sign-in-error").getText()).contains("wrong");
            page.click("sign-in-cancel");
            assertThat(page.shown("who").getDomAttribute("data-user")).isEmpty();
        }
    }

    @Test
    void deleting_asks_first(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).say("to be deleted");
            page.turn(1, "committed");
            page.awaitCount("session", 1);
            page.run("document.querySelector('[data-test=delete]').click()"); // shown on hover only
            page.click("question-no");
            page.awaitHidden("question-dialog");
            assertThat(page.all("session")).hasSize(1);
            page.run("document.querySelector('[data-test=delete]').click()");
            page.click("question-yes");
            page.awaitCount("session", 0);
            page.shown("welcome");
            assertThat(page.all("turn")).isEmpty();
            page.reload();
            assertThat(page.all("session")).isEmpty();
        }
    }

    @Test
    void an_answer_can_be_stopped(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).say("wait");
            page.await(_ -> page.answer(page.turn(1, "running")).contains(Desk.FIRST.strip()));
            page.click("stop");
            WebElement turn = page.turn(1, "cancelled");
            assertThat(turn.findElement(By.cssSelector("[data-test=outcome]")).getText()).contains("Stopped");
            assertThat(page.all(turn, "void").getFirst().isDisplayed()).isTrue();
            page.awaitHidden("stop");
            page.say("and on");
            assertThat(page.answer(page.turn(2, "committed"))).isEqualTo("You said: and on");
        }
    }

    @Test
    void a_question_is_answered_also_after_a_reload_and_a_drop(@TempDir Path data) throws Exception {
        String file = System.getProperty("carrel.picture", "");
        Browser page = alice();
        try (var desk = new Desk(data); var wire = new Wire(desk.uri())) {
            page.open(wire.uri()).say("order something");
            WebElement waiting = page.turn(1, "waiting");
            assertThat(page.answer(waiting)).isEqualTo("With pleasure.");
            assertThat(page.shown("asked").getText()).isEqualTo("What would you like to drink?");
            page.pointAside();
            page.awaitStill();
            picture(page, file.replaceFirst("\\.png$", "-question.png"));

            page.reload();
            page.turn(1, "waiting");
            assertThat(page.all("choice")).extracting(WebElement::getText).containsExactly("Tea",
                    "Coffee, strong and black", "Water");
            wire.cut();
            page.awaitConnection("lost");
            page.click("choice");
            assertThat(page.shown("asked-error").getText()).contains("Not answered");
            wire.mend();
            page.awaitConnection("open");
            page.click("choice");

            page.await(_ -> page.shown("asked").getText().equals("Which name shall I call?"));
            assertThat(page.all("answered")).extracting(WebElement::getText).singleElement().asString()
                    .contains("drink?", "Tea");
            assertThat(page.all("choice")).isEmpty();
            page.reload();
            page.turn(1, "waiting");
            assertThat(page.all("answered")).extracting(WebElement::getText).singleElement().asString()
                    .contains("drink?", "Tea");
            page.shown("asked-field").sendKeys("  Ada  ", Keys.ENTER);
            WebElement turn = page.turn(1, "committed");
            page.await(_ -> page.answer(turn).equals("With pleasure. \"Tea\" for \"Ada\"."));
            page.awaitHidden("asked");
            page.reload();
            page.turn(1, "committed");
            assertThat(page.all("answered")).extracting(WebElement::getText).satisfiesExactly(
                    drink -> assertThat(drink).contains("drink?", "Tea"),
                    name -> assertThat(name).contains("name", "Ada"));
        }
    }

    @Test
    void a_question_that_was_answered_in_another_tab_is_asked_no_more(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).say("order something");
            page.turn(1, "waiting");
            String first = page.tab();
            String address = page.address();
            String second = page.newTab();
            page.open(desk.uri()).goTo(address.replaceFirst(".*#", "#"));
            page.turn(1, "waiting");
            page.click("choice");
            page.await(_ -> page.shown("asked").getText().contains("name"));
            page.toTab(first);
            page.await(_ -> page.shown("asked").getText().contains("name"));
            page.click("stop");
            page.turn(1, "cancelled");
            page.awaitHidden("asked");
            page.toTab(second);
            page.turn(1, "cancelled");
            page.awaitHidden("asked");
        }
    }

    @Test
    void a_failed_turn_is_shown_as_such(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.open(desk.uri()).say("fail");
            WebElement turn = page.turn(1, "failed");
            assertThat(page.all(turn, "outcome").getFirst().getText()).contains("The answer failed.", Desk.REASON);
            assertThat(page.all(turn, "void").getFirst().isDisplayed()).isTrue();
            page.say("break");
            WebElement broken = page.turn(2, "failed");
            assertThat(page.all(broken, "outcome").getFirst().getText()).contains("The answer failed.");
            assertThat(page.everything()).doesNotContain(Desk.SECRET, "IllegalState");
            page.reload();
            assertThat(page.all(page.turn(2, "failed"), "outcome").getFirst().getText())
                    .contains("The answer failed.");
        }
    }

    @Test
    void it_fits_a_narrow_screen(@TempDir Path data) throws Exception {
        Browser page = alice();
        try (var desk = new Desk(data)) {
            page.size(360, 740, true);
            page.open(desk.uri()).say("a message from a telephone with a_word_that_is_much_too_long_for_its_screen"
                    + "_and_has_no_place_to_break_anywhere");
            page.turn(1, "committed");
            assertThat(page.all("sidebar").getFirst().getDomProperty("inert")).isEqualTo("true");
            page.click("menu");
            page.await(_ -> page.all("open").stream().anyMatch(WebElement::isDisplayed));
            page.run("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))");
            page.await(_ -> "true".equals(page.all("sidebar").getFirst().getDomProperty("inert")));
            assertThat(page.overflow()).isZero();
            for (String hook : List.of("message", "send", "menu", "sign-in", "title")) {
                var box = page.shown(hook).getRect();
                assertThat(box.getX()).as(hook).isNotNegative();
                assertThat(box.getX() + box.getWidth()).as(hook).isLessThanOrEqualTo(360);
            }
        }
    }

    /** Also makes the pictures of the documentation: {@code -Dcarrel.picture=FILE.png}, and FILE-dark.png. */
    @Test
    void sources_unfold_in_light_and_dark(@TempDir Path data) throws Exception {
        String file = System.getProperty("carrel.picture", "");
        Browser page = alice();
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            Person earlier = Person.signedIn(tutor.uri(), "alice");
            for (String question : List.of("What is a buffer?", "Where is Prof. Okafor?", "How do I renew a book?")) {
                earlier.ask(earlier.session(), question);
            }
            page.size(1280, 800, false);
            page.open(tutor.uri()).signIn("alice", false);
            page.click("notes-open");
            page.addNote("Ask Dr. Moreau about buffers, Wednesday at one.", 1);
            page.addNote("My chemistry exam is in Hall B, seat 114. Take the grey calculator.", 2);
            page.say("Am I allowed to bring my calculator to the chemistry exam?");
            WebElement turn = page.turn(1, "committed");
            page.await(_ -> page.all(turn, "source").size() > 1);
            page.all(turn, "source").forEach(source -> source.findElement(By.tagName("summary")).click());
            page.pointAside();
            page.run("document.activeElement.blur(); document.getElementById('scroll').scrollTop = 0");
            page.awaitStill();
            picture(page, file);
            assertThat(page.all(turn, "source-text")).allMatch(text -> !text.getText().isBlank());
            page.run("document.querySelector('[data-test=appearance] [value=dark]').click()");
            page.awaitStill();
            picture(page, file.replaceFirst("\\.png$", "-dark.png"));
        }
    }

    private static void picture(Browser page, String file) throws Exception {
        if (!file.isEmpty()) {
            page.picture(Path.of(file));
        }
    }
}
