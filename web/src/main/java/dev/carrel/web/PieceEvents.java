package dev.carrel.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.PieceStream;
import dev.carrel.context.Context;
import dev.carrel.error.AccessException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.RequestId;

/**
 * A model's answer on its way to its caller, piece by piece: as server-sent events, which end with {@code end} or with
 * {@code error} and never without either, or gathered as one JSON array for those who want that. Thread-safe.
 */
final class PieceEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PieceEvents.class);
    /** How long there may be nothing, before a heartbeat shows whether anybody is there. */
    private static final Duration BEAT = Duration.ofSeconds(1);
    /** Characters of an answer that is gathered. */
    private static final int MOST = 4 * 1024 * 1024;

    private final Streams streams;
    private final Credentials credentials;

    PieceEvents(Streams streams, Credentials credentials) {
        this.streams = streams;
        this.credentials = credentials;
    }

    /** Looks once a second whether the credential still counts under which an answer was asked for. */
    private final class StillWho {
        private final Credentials.Caller caller;
        private long last = streams.time().nanoTime();

        StillWho(Credentials.Caller caller) {
            this.caller = caller;
        }

        void check() {
            long now = streams.time().nanoTime();
            if (now - last >= BEAT.toNanos()) {
                last = now;
                if (!credentials.valid(caller)) {
                    throw AccessException.unauthenticated("You signed in or out while this answer was on its way.");
                }
            }
        }
    }

    /** Gathers what comes and answers with it; what goes wrong has its own status. */
    void gather(PieceStream pieces, Exchange exchange) throws IOException, InterruptedException {
        var stillWho = new StillWho(exchange.caller());
        var json = new StringBuilder("[");
        Answer answer = exchange.answer();
        for (Optional<String> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
            stillWho.check();
            json.append(json.length() > 1 ? "," : "").append(piece.get());
            if (json.length() > MOST) {
                throw InvalidInputException.malformed(
                        "This answer is too long to come as one. Ask for it with \"Accept: text/event-stream\".");
            }
            answer.hold(json.length());
        }
        exchange.text(200, "application/json", json.append(']').toString());
    }

    /** Sends what comes, until it ends or the reader is gone. */
    void send(PieceStream pieces, Exchange exchange) throws IOException, InterruptedException {
        Optional<Optional<String>> first = Optional.empty();
        if (pieces.await(BEAT)) {
            // What fails at once still has a status of its own.
            first = Optional.of(pieces.next());
        }
        exchange.response().setContentType(Streams.TYPE);
        exchange.response().setHeader("X-Accel-Buffering", "no");
        try (Streams.Watched watched = streams.watch(exchange.response().getOutputStream())) {
            follow(pieces, first, exchange, new EventWriter(watched.out()));
        }
    }

    private void follow(PieceStream pieces, Optional<Optional<String>> first, Exchange exchange, EventWriter out)
            throws IOException, InterruptedException {
        Optional<Optional<String>> piece = first;
        var stillWho = new StillWho(exchange.caller());
        while (true) {
            if (piece.isEmpty()) {
                out.comment("still here");
            } else if (piece.get().isPresent()) {
                out.event("piece", piece.get().get(), null);
            } else {
                out.event("end", "{}", null);
                out.flush();
                return;
            }
            try {
                piece = next(pieces, stillWho, out);
            } catch (IOException e) {
                throw e;
            } catch (InterruptedException e) {
                fail(new UnavailableException("The server is stopping."), out);
                throw e;
            } catch (Exception | Error e) {
                // An Error too: without a word it would look to the reader as if this were the end.
                fail(e, out);
                return;
            }
        }
    }

    /** The next piece, or the end, or empty if there was neither for a while. */
    private Optional<Optional<String>> next(PieceStream pieces, StillWho stillWho, EventWriter out)
            throws IOException, InterruptedException {
        if (!pieces.await(Duration.ZERO)) {
            out.flush();
            if (!pieces.await(BEAT)) {
                stillWho.check();
                return Optional.empty();
            }
        }
        stillWho.check();
        return Optional.of(pieces.next());
    }

    private static void fail(Throwable failure, EventWriter out) throws IOException {
        Problem problem = Problem.of(failure);
        if (problem.code().equals(ErrorCode.INTERNAL.text())) {
            LOG.error("an answer broke off", failure);
        }
        out.event("error", problem.json(Context.current().get(RequestId.KEY).text()), null);
        out.flush();
    }
}
