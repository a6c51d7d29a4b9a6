package dev.carrel.examples.driver;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one program's answers came to.
 *
 * @param program the class that was run
 * @param answers how many answers there were
 * @param others how many showed something of another user
 * @param lost how many showed nothing of anybody: the user's own was lost
 * @param meetings how often everybody stood in the same place; the two programs of a case have the same number
 * @param evidence one wrong answer in words; empty if there was none
 * @param encore what came of the case's {@link Case#encore}, if it has one
 */
public record Tally(Class<?> program, int answers, int others, int lost, int meetings, Optional<String> evidence,
        Optional<String> encore) {
    /** How many answers were somebody else's or lost. */
    public int wrong() {
        return others + lost;
    }

    /** Where to read the program, from the top of the repository. */
    public String source() {
        return "examples/src/main/java/" + program.getName().replace('.', '/') + ".java";
    }

    /** Runs one program of a case before {@code users} users, {@code waves} times over. */
    static <P extends Program> Tally of(Case<P> story, Function<Crowd, P> way, int users, int waves) {
        Crowd crowd = Crowd.of(users);
        Judge judge = new Judge(crowd.users(), story::secret, story.asked());
        try (P program = way.apply(crowd)) {
            for (int i = 0; i < waves; i++) {
                List<String> answers = crowd.wave(user -> story.visit(program, crowd, user));
                for (int u = 0; u < users; u++) {
                    judge.hear(crowd.users().get(u), answers.get(u));
                }
            }
            return judge.tally(program.getClass(), crowd.meetings(), encore(story, way));
        }
    }

    private static <P extends Program> Optional<String> encore(Case<P> story, Function<Crowd, P> way) {
        try (P program = way.apply(Crowd.of(1))) {
            return story.encore(program);
        }
    }
}
