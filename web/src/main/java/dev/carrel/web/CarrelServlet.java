package dev.carrel.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import dev.carrel.app.engine.Engine;
import dev.carrel.context.Context;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.RequestId;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.InspectedSession;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Sessions;
import dev.carrel.session.store.Revocations;
import dev.carrel.time.TimeSource;

/**
 * Carrel as a servlet, for any container; map it to {@code /*} and run it on virtual threads, since event streams and
 * functions block. Thread-safe.
 */
public final class CarrelServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(CarrelServlet.class);
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types dompurify";

    /**
     * What the servlet needs.
     *
     * @param ready whether the parts that the engine does not know of are ready
     * @param bodies how many bytes of requests' bodies, and of answers, may be held at once
     */
    public record Settings(Engine engine, Revocations revocations, KeyRing keys, UserDirectory users,
            OriginGuard origins,
            TimeSource time, BooleanSupplier ready, long bodies) {}

    /** The largest body that any route takes, in bytes. No sender may hold more than half of what all may hold together. */
    public static final int MAX_BODY = OpenAiRoutes.MAX_BODY;
    private static final int MAX_DRAINED = 2 * MAX_BODY;
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);

    private static final String POLICY_HEADER = "Content-Security-Policy";

    /** What every answer carries, those of the container itself included. A container may write them itself, in bytes made once. */
    public static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store", POLICY_HEADER,
            POLICY, "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin");

    private final transient Engine engine;
    private final transient OriginGuard origins;
    private final transient Credentials credentials;
    private final transient Streams streams;
    private final transient Routes routes;
    private final transient ByteBudget budget;
    private final transient TimeSource time;

    /** A servlet for this application. */
    public CarrelServlet(Settings settings) {
        engine = settings.engine();
        origins = settings.origins();
        time = settings.time();
        budget = new ByteBudget(settings.bodies());
        credentials = new Credentials(settings.keys(), settings.revocations(), settings.users(), settings.time(),
                engine.app().name());
        streams = new Streams(engine, credentials, settings.time());
        routes = new Routes(engine, credentials, settings.users(), new LoginThrottle(settings.time()), streams,
                settings.ready(), new Pages());
    }

    /** The open event streams: to be closed before the container stops, which would wait for them. */
    public Streams streams() {
        return streams;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestId id = RequestId.random();
        MDC.put("request", id.text());
        response.setHeader("X-Request-Id", id.text());
        if (!POLICY.equals(response.getHeader(POLICY_HEADER))) {
            HEADERS.forEach(response::setHeader);
        }
        try {
            Optional<Problem> problem = dispatch(request, response, id);
            if (problem.isPresent()) {
                drain(request);
                problem.get().send(request.getRequestURI(), response, id.text());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(request, response, id, new UnavailableException("The server is stopping."));
        } catch (Exception | Error e) {
            // An Error too: what the container would make of it has another request id and says less.
            fail(request, response, id, e);
        } finally {
            MDC.remove("request");
        }
    }

    private Optional<Problem> dispatch(HttpServletRequest request, HttpServletResponse response, RequestId id)
            throws Exception {
        List<Routes.Match> matches = routes.at(request.getRequestURI());
        if (matches.isEmpty()) {
            return Optional.of(Problem.of(new NotFoundException("There is nothing at this path.")));
        }
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        Routes.Match match = matches.stream().filter(candidate -> candidate.route().method().equals(method)).findFirst()
                .orElse(null);
        Optional<Problem> refused = origins.refuse(request, (match != null ? match : matches.getFirst()).route());
        if (refused.isPresent()) {
            return refused;
        }
        if (match == null) {
            response.setHeader("Allow", matches.stream().map(other -> other.route().method())
                    .map(allowed -> allowed.equals("GET") ? "GET, HEAD" : allowed).collect(Collectors.joining(", ")));
            return Optional.of(new Problem(405, "method-not-allowed",
                    "This path does not take " + known(request.getMethod()) + "."));
        }
        try (Lifetime life = Lifetime.begin(Kind.REQUEST, "request " + id)) {
            run(match, request, response, life.bind(Context.root()).with(RequestId.KEY, id));
        }
        return Optional.empty();
    }

    private static String known(String method) {
        return method.matches("[A-Z]{1,10}") ? method : "that method";
    }

    private void run(Routes.Match match, HttpServletRequest request, HttpServletResponse response, Context context)
            throws Exception {
        Route route = match.route();
        Context asked = context;
        Credentials.@Nullable Caller caller = null;
        @Nullable
        OwnedSession session = null;
        @Nullable
        InspectedSession inspected = null;
        if (route.access() != Route.Access.PUBLIC) {
            caller = credentials.find(request).orElseGet(() -> credentials.visitor(request, response));
            asked = credentials.authority().bind(context, caller.principal());
        }
        if (route.access() == Route.Access.OWNER) {
            session = engine.sessions().open(Objects.requireNonNull(caller).principal(), named(match));
        } else if (route.access() == Route.Access.OPERATOR) {
            inspected = engine.sessions().inspect(Objects.requireNonNull(caller).principal(), named(match));
        }
        // Until the request is over: what its body says is held for as long, in one form or another, and so is its answer.
        try (ByteBudget.Share share = budget
                .share(Sender.of(Optional.ofNullable(caller).map(Credentials.Caller::principal),
                        request.getRemoteAddr()))) {
            var exchange = new Exchange(request, response, route, match.variables(),
                    new Body(request, route.maxBody(), share, time),
                    new Answer(request, response, share, streams), credentials, caller, session, inspected);
            asked.<@Nullable Void, Exception>call(() -> {
                route.handler().handle(exchange);
                return null;
            });
        } catch (NotFoundException e) {
            if (session != null) {
                // It may have ended or moved since it was opened: then that is what there is to say.
                engine.sessions().open(session.principal(), session.id());
            }
            throw e;
        }
    }

    private static SessionId named(Routes.Match match) {
        return SessionId.parse(match.variables().get(match.route().variables().indexOf("session")))
                .orElseThrow(Sessions::unknown);
    }

    private void fail(HttpServletRequest request, HttpServletResponse response, RequestId id, Throwable e)
            throws IOException {
        Problem problem = Problem.of(e);
        if (response.isCommitted()) {
            // A reader that has gone away, in nearly every case: there is nobody to tell.
            LOG.debug("the response broke off: {}", e.toString());
            return;
        }
        if (problem.code().equals(ErrorCode.INTERNAL.text())
                || problem.code().equals(ErrorCode.MISSING_CONTEXT.text())) {
            LOG.error("{} {} failed", known(request.getMethod()), template(request), e);
        } else if (problem.status() >= 500) {
            LOG.warn("{} {}: {}", known(request.getMethod()), template(request), problem.code());
        }
        if (!(e instanceof Body.TooSlowException)) {
            drain(request);
        }
        problem.send(request.getRequestURI(), response, id.text());
    }

    /**
     * Reads what is left of a body that was refused, as far as it is bearable: a connection that is closed while its
     * client still writes is reset, and the client would never see why.
     */
    private void drain(HttpServletRequest request) {
        if (request.getContentLengthLong() > MAX_DRAINED || request.getHeader("Expect") != null) {
            return;
        }
        try {
            InputStream in = request.getInputStream();
            byte[] unread = new byte[8 * 1024];
            long end = time.nanoTime() + LONGEST_DRAIN.toNanos();
            int left = MAX_DRAINED;
            while (left > 0 && time.nanoTime() - end < 0) {
                int read = in.read(unread);
                left = read < 0 ? 0 : left - read;
            }
        } catch (IOException | IllegalStateException e) {
            LOG.trace("the body came to its end, or broke off: {}", e.toString());
        }
    }

    /** The path for the log, in which nothing of what a client wrote stands as it wrote it. */
    private static String template(HttpServletRequest request) {
        return request.getRequestURI().replaceAll("[^A-Za-z0-9/._-]", "?").toLowerCase(Locale.ROOT);
    }
}
