package dev.carrel.tests;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a crowd does with an application. */
interface Course {
    /** What a learner leaves there before the questions: notes, say. */
    void prepare(Learner me) throws IOException;

    /** What the learner asks, in order. */
    List<String> questions(Learner me);

    /** Whether this was the right answer to that question. */
    void check(Learner me, int question, String answer);

    /** What the learner looks at between and after the questions, beside the conversation. */
    void look(Learner me) throws IOException;

    /** The functions that there are, each with a body that it would take of this learner. */
    Map<String, Object> functions(Learner of);
}
