/**
 * End-to-end: the real tutor (real model, real SQLite, real Jetty), used by crowds over HTTP and by browsers.
 * {@link dev.carrel.tests.TestTutor} starts it in this process, as the command does; {@link dev.carrel.tests.Person} is
 * one browser of one person, without the browser.
 */
@NullMarked
package dev.carrel.tests;

import org.jspecify.annotations.NullMarked;
