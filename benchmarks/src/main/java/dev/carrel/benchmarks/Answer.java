package dev.carrel.benchmarks;

/** What is looked for in answers. They come from the benchmark's own servers, so that a search will do for a parser. */
public final class Answer {
    private Answer() {}

    /** The cookie that it sets, as a request sends it back. */
    public static String cookie(HttpReader.Head head) {
        return head.find("set-cookie:").map(value -> value.substring(0, value.indexOf(';')))
                .orElseThrow(() -> new IllegalStateException("no cookie came:\n" + head.text()));
    }

    /** The text of a field. */
    public static String field(String json, String name) {
        int from = after(json, "\"" + name + "\":\"");
        return json.substring(from, json.indexOf('"', from));
    }

    /** The number in a field. */
    public static long number(String json, String name) {
        int from = after(json, "\"" + name + "\":");
        int to = from;
        while (to < json.length() && Character.isDigit(json.charAt(to))) {
            to++;
        }
        return Long.parseLong(json, from, to, 10);
    }

    private static int after(String json, String what) {
        int at = json.indexOf(what);
        if (at < 0) {
            throw new IllegalStateException("no " + what + " in " + json);
        }
        return at + what.length();
    }
}
