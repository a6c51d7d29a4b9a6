package dev.carrel.examples.driver;

/**
 * One user, and two things that are nobody else's business. A program knows the id of whoever asks, as any server does
 * after the login; a word or a balance it learns only as the case's own story has it.
 */
public record User(String id, String word, String balance) {}
