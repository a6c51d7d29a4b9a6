package dev.carrel.examples.driver;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Says of each answer whether it was the asker's own. The judge knows who asked and every user's secret; no program can
 * see either. Not thread-safe: it hears the answers after each wave.
 */
final class Judge {
    private final List<User> users;
    private final Function<User, String> secret;
    private final String asked;
    private int answers;
    private int others;
    private int lost;
    private @Nullable String evidence;

    Judge(List<User> users, Function<User, String> secret, String asked) {
        this.users = users;
        this.secret = secret;
        this.asked = asked;
    }

    void hear(User asker, String answer) {
        answers++;
        // Another's secret is a leak even where the asker's own stands beside it.
        Optional<User> other = users.stream()
                .filter(user -> !user.equals(asker) && answer.contains(secret.apply(user)))
                .findFirst();
        if (other.isPresent()) {
            others++;
            keep("%s %s and was told %s's: \"%s\"".formatted(asker.id(), asked, other.get().id(), answer));
        } else if (!answer.contains(secret.apply(asker))) {
            lost++;
            keep("%s %s and was told nothing of it: \"%s\"".formatted(asker.id(), asked, answer));
        }
    }

    private void keep(String found) {
        if (evidence == null) {
            evidence = found;
        }
    }

    Tally tally(Class<?> program, int meetings, Optional<String> encore) {
        return new Tally(program, answers, others, lost, meetings, Optional.ofNullable(evidence), encore);
    }
}
