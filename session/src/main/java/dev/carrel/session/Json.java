package dev.carrel.session;

import tools.jackson.databind.json.JsonMapper;

/** The one mapper of this module. Thread-safe. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}
}
