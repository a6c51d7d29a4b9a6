package dev.carrel.benchmarks.spring;

import jakarta.servlet.http.HttpSession;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Says what it was told, and how often this session has told it something: a counter in a session attribute. */
@RestController
final class Echo {
    private static final String COUNT = "count";

    record Said(String text) {}

    record Answer(String text, int count) {}

    /** Counts. Read, then write: the only way that a session attribute offers. */
    @PostMapping("/count")
    Answer count(@RequestBody Said said, HttpSession session) {
        int count = count(session) + 1;
        session.setAttribute(COUNT, count);
        return new Answer(said.text(), count);
    }

    /** What the count is. */
    @GetMapping("/count")
    Answer read(HttpSession session) {
        return new Answer("", count(session));
    }

    private static int count(HttpSession session) {
        return session.getAttribute(COUNT) instanceof Integer count ? count : 0;
    }
}
