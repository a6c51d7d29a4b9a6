package dev.carrel.examples.driver;

/** A case and what its two programs came to. */
public record Result(String title, String origin, Tally usual, Tally carrel) {
    /** Runs both programs of a case, one after the other, before the same users. */
    public static <P extends Program> Result of(Case<P> story, int users, int waves) {
        return new Result(story.title(), story.origin(), Tally.of(story, story::usual, users, waves),
                Tally.of(story, story::carrel, users, waves));
    }
}
