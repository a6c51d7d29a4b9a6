package dev.carrel.benchmarks.serving;

import java.util.Random;
import java.util.function.Consumer;

import dev.carrel.benchmarks.Answer;

/** What clients ask a model over HTTP, and what it has to answer. Belongs to one thread. */
interface Workload {
    /** Its name in the table. */
    String name();

    /** Where the model is, on every server. */
    String path();

    /** The next question. */
    Question next();

    /**
     * A question.
     *
     * @param json the body of the request
     * @param check is given the body of the answer, and throws if it is not right
     */
    record Question(String json, Consumer<String> check) {}

    /** x to x squared. */
    static Workload squares() {
        var random = new Random(1);
        return new Workload() {
            @Override
            public String name() {
                return "x²";
            }

            @Override
            public String path() {
                return "/models/square";
            }

            @Override
            public Question next() {
                int x = random.nextInt(30_000);
                return new Question("{\"input\": " + x + "}", answer -> {
                    if (Answer.number(answer, "output") != (long) x * x) {
                        throw new IllegalStateException("the square of " + x + " is not in " + answer);
                    }
                });
            }
        };
    }

    /** Texts to vectors. */
    static Workload embeddings(Texts texts) {
        var random = new Random(1);
        return new Workload() {
            @Override
            public String name() {
                return texts.name();
            }

            @Override
            public String path() {
                return "/models/embed";
            }

            @Override
            public Question next() {
                int text = random.nextInt(texts.size());
                return new Question("{\"text\": \"" + texts.texts().get(text) + "\"}",
                        answer -> texts.check(text, vector(answer)));
            }
        };
    }

    private static float[] vector(String json) {
        String[] numbers = json.substring(json.indexOf('[') + 1, json.indexOf(']')).split(",", -1);
        float[] vector = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            vector[i] = Float.parseFloat(numbers[i]);
        }
        return vector;
    }
}
