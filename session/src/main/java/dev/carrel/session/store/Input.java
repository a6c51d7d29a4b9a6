package dev.carrel.session.store;

/**
 * What a user has answered to a question of a turn.
 *
 * @param ask which question of the turn it was, from 0
 * @param json the answer
 */
public record Input(int ask, String json) {}
