package dev.carrel.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;

/**
 * An embedding model that knows every word: a vector follows from the words of its text and from nothing else. It notes who asked
 * for what, and whether that is who the batch says it was. Some words make it fail.
 */
final class TestEmbedder implements EmbeddingModel {
    static final int DIMENSIONS = 8;
    /** As many tokens as it can read, the two marks included. */
    static final int LONGEST = 32;
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final long BEGINNING = 1;
    private static final long END = 2;
    private static final long FIRST_WORD = 1_000;
    private static final long WORDS = 1L << 48;

    /** The sizes of the batches that ran. */
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    /** What should not have been seen. */
    final List<String> wrong = new CopyOnWriteArrayList<>();
    /** Who asked, in the order of the items. */
    final List<Principal> askers = new CopyOnWriteArrayList<>();
    final Semaphore mayRun = new Semaphore(1_000_000);
    final AtomicBoolean healthy = new AtomicBoolean(true);
    private final Map<Tokens, String> asked = new ConcurrentHashMap<>();
    private final boolean shortens;

    TestEmbedder(boolean shortens) {
        this.shortens = shortens;
    }

    TestEmbedder() {
        this(false);
    }

    /** The numbers of the tokens of a text. */
    static long[] ids(String text) {
        List<Long> ids = new ArrayList<>(List.of(BEGINNING));
        WORD.matcher(text.toLowerCase(Locale.ROOT)).results().forEach(word -> ids.add(id(word.group())));
        ids.add(END);
        return ids.stream().mapToLong(it -> it).toArray();
    }

    private static long id(String word) {
        UUID hash = UUID.nameUUIDFromBytes(word.getBytes(StandardCharsets.UTF_8));
        return FIRST_WORD + Math.floorMod(hash.getLeastSignificantBits() ^ hash.getMostSignificantBits(), WORDS);
    }

    /** The vector of a text. */
    static float[] vector(String text) {
        return vector(ids(text));
    }

    static float[] vector(long[] ids) {
        long seed = 17;
        for (long id : ids) {
            seed = new SplittableRandom(seed ^ id).nextLong();
        }
        var random = new SplittableRandom(seed);
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return normalised(vector);
    }

    static float[] normalised(float... vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        float[] one = vector.clone();
        for (int i = 0; i < one.length; i++) {
            one[i] = (float) (one[i] / Math.sqrt(squares));
        }
        return one;
    }

    @Override
    public Tokens tokens(String text) {
        if (text.contains("unreadable")) {
            throw new IllegalStateException("secret 4711");
        }
        return tokens(ids(text));
    }

    @Override
    public Tokens tokens(long[] ids) {
        if (ids.length > LONGEST) {
            throw InvalidInputException.field("text",
                    "has " + ids.length + " tokens, and the model reads at most " + LONGEST);
        }
        if (Arrays.stream(ids).anyMatch(id -> id < 0 || id >= FIRST_WORD + WORDS)) {
            throw InvalidInputException.field("ids", "has a token that the model does not know");
        }
        Tokens tokens = Tokens.of(ids);
        asked.put(tokens, Principal.current().user());
        return tokens;
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public boolean shortens() {
        return shortens;
    }

    @Override
    public boolean healthy() {
        return healthy.get();
    }

    @Override
    public List<Outcome<float[]>> run(List<Item<Tokens>> items) throws Exception {
        if (items.stream().anyMatch(item -> has(item, "hangs"))) {
            mayRun.acquireUninterruptibly();
        } else {
            mayRun.acquire();
        }
        batches.add(items.size());
        if (Principal.find().isPresent()) {
            wrong.add("the batch ran as " + Principal.current());
        }
        List<Outcome<float[]>> outcomes = new ArrayList<>();
        for (Item<Tokens> item : items) {
            Principal who = Principal.of(item.context()).orElseThrow();
            askers.add(who);
            if (!who.user().equals(asked.get(item.input()))) {
                wrong.add(who.user() + " was said to ask what " + asked.get(item.input()) + " did");
            }
            outcomes.add(outcome(item));
        }
        if (items.stream().anyMatch(item -> has(item, "batchfails"))) {
            throw new IllegalStateException("secret 4711 of " + items.size());
        }
        return outcomes;
    }

    private static Outcome<float[]> outcome(Item<Tokens> item) {
        if (has(item, "itemfails")) {
            return item.failed(new IllegalStateException("secret 4711"));
        }
        if (has(item, "itemrefused")) {
            return item.failed(InvalidInputException.field("tokens", "cannot be read together"));
        }
        if (has(item, "tooshort")) {
            return item.ok(new float[DIMENSIONS - 1]);
        }
        if (has(item, "nonumber")) {
            float[] vector = new float[DIMENSIONS];
            vector[3] = Float.NaN;
            return item.ok(vector);
        }
        return item.ok(vector(idsOf(item)));
    }

    private static boolean has(Item<Tokens> item, String word) {
        return Arrays.stream(idsOf(item)).anyMatch(id -> id == id(word));
    }

    private static long[] idsOf(Item<Tokens> item) {
        long[] ids = new long[item.input().count()];
        item.input().copyTo(ids, 0);
        return ids;
    }
}
