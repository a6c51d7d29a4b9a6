package dev.carrel.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.engine.Engine;
import dev.carrel.context.Principal;
import dev.carrel.error.AccessException;
import dev.carrel.error.ElsewhereException;
import dev.carrel.error.GoneException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EventId;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.TurnStore;

/**
 * The route table: every path that there is, who may come to it, and what it does. The servlet dispatches by it,
 * {@code /openapi.json} is made from it, and the ownership test walks it. Immutable and thread-safe.
 */
final class Routes {
    private static final int LISTED = 200;

    private final Engine engine;
    private final Credentials credentials;
    private final UserDirectory users;
    private final LoginThrottle throttle;
    private final Streams streams;
    private final BooleanSupplier ready;
    private final Set<String> chats;
    private final List<Route> all = new ArrayList<>();

    Routes(Engine engine, Credentials credentials, UserDirectory users, LoginThrottle throttle, Streams streams,
            BooleanSupplier ready, Pages pages) {
        this.engine = engine;
        this.credentials = credentials;
        this.users = users;
        this.throttle = throttle;
        this.streams = streams;
        this.ready = ready;
        this.chats = engine.app().chats().keySet();

        add("GET", "/", Route.Access.PUBLIC, "The chat page", pages::index);
        add("GET", "/assets/{file}", Route.Access.PUBLIC, "The page's files", pages::asset);
        add("GET", "/assets/lib/{file}", Route.Access.PUBLIC, "The page's libraries", pages::library);
        add("GET", "/health/live", Route.Access.PUBLIC, "Whether the server runs", this::live);
        add("GET", "/health/ready", Route.Access.PUBLIC, "Whether it takes messages", this::ready);
        OpenApi openApi = new OpenApi(engine.app().name(), this);
        add("GET", "/openapi.json", Route.Access.PUBLIC, "These routes, for machines", openApi::send);

        add("GET", "/me", Route.Access.PRINCIPAL, "Who is asking", this::me);
        add("POST", "/login", Route.Access.PRINCIPAL, "Sign in", this::login);
        add("POST", "/logout", Route.Access.PRINCIPAL, "Sign out", this::logout);
        add("POST", "/sessions", Route.Access.PRINCIPAL, "Start a session", this::create);
        add("GET", "/sessions", Route.Access.PRINCIPAL, "One's own sessions", this::list);

        var calls = new RunningCalls();
        if (!engine.models().names().isEmpty()) {
            var models = new ModelRoutes(engine, new PieceEvents(streams, credentials), calls);
            add("GET", "/models", Route.Access.PRINCIPAL, "The models, and whether each can be called", models::list);
            add("POST", "/models/{name}", Route.Access.PRINCIPAL, "Call a model", models::call);
            add("DELETE", "/models/{name}/calls/{call}", Route.Access.PRINCIPAL, "Stop a call", models::stop);
            add("GET", "/models/{name}/health", Route.Access.PUBLIC, "Whether a model can be called", models::health);
        }
        if (!engine.models().embeddings().isEmpty()) {
            var openAi = new OpenAiRoutes(engine, calls);
            all.add(new Route("POST", "/v1/embeddings", Route.Access.PRINCIPAL,
                    "Turn texts into vectors, as OpenAI does",
                    openAi::embed).takingUpTo(OpenAiRoutes.MAX_BODY));
            add("GET", "/v1/models", Route.Access.PRINCIPAL, "The models that turn texts into vectors", openAi::list);
            add("GET", "/v1/models/{model}", Route.Access.PRINCIPAL, "One of them", openAi::one);
        }

        add("GET", "/sessions/{session}", Route.Access.OWNER, "The conversation as it stands", this::snapshot);
        add("DELETE", "/sessions/{session}", Route.Access.OWNER, "Delete the session", this::delete);
        add("POST", "/sessions/{session}/messages", Route.Access.OWNER, "Send a message", this::post);
        add("GET", "/sessions/{session}/events", Route.Access.OWNER, "The session's events, as they come",
                this::events);
        add("POST", "/sessions/{session}/turns/{turn}/cancel", Route.Access.OWNER, "Stop a turn", this::cancel);
        add("POST", "/sessions/{session}/turns/{turn}/answers", Route.Access.OWNER, "Answer what a turn asks",
                new AnswerRoute(engine)::answer);
        add("POST", "/sessions/{session}/functions/{name}", Route.Access.OWNER, "Call a function", this::call);

        var state = new StateRoutes(engine);
        add("GET", "/sessions/{session}/state", Route.Access.OWNER, "How the session's state has changed",
                state::history);
        add("GET", "/sessions/{session}/state/{key}/{version}", Route.Access.OWNER, "What a key held at that version",
                state::value);
        add("GET", "/operator/sessions/{session}/state", Route.Access.OPERATOR,
                "How a session's state has changed, for operators", state::inspectHistory);
        add("GET", "/operator/sessions/{session}/state/{key}/{version}", Route.Access.OPERATOR,
                "What a key held at that version, for operators", state::inspectValue);
    }

    private void add(String method, String template, Route.Access access, String summary, Route.Handler handler) {
        all.add(new Route(method, template, access, summary, handler));
    }

    /** The table. */
    List<Route> all() {
        return List.copyOf(all);
    }

    /** A route, and the variables of the path that led to it. */
    record Match(Route route, List<String> variables) {}

    /** What is at this path, for each method. */
    List<Match> at(String path) {
        List<Match> matches = new ArrayList<>(2);
        List<String> segments = Route.segments(path);
        for (Route route : all) {
            route.match(segments).ifPresent(variables -> matches.add(new Match(route, variables)));
        }
        return matches;
    }

    private record Status(String status) {}

    private void live(Exchange exchange) throws Exception {
        exchange.json(200, new Status("up"));
    }

    private void ready(Exchange exchange) throws Exception {
        boolean up = ready.getAsBoolean() && engine.ready();
        exchange.json(up ? 200 : 503, new Status(up ? "up" : "down"));
    }

    private record Me(String user, String name, boolean anonymous, Set<String> roles) {
        static Me of(Principal principal) {
            return new Me(principal.user(), principal.name(), principal.anonymous(), principal.roles());
        }
    }

    private void me(Exchange exchange) throws Exception {
        exchange.json(200, Me.of(exchange.principal()));
    }

    private record Login(@Nullable String user, @Nullable String password, @Nullable List<@Nullable String> take) {}

    private record LoggedIn(Me user, List<String> taken, List<String> left) {}

    private void login(Exchange exchange) throws Exception {
        Login login = exchange.body().as(Login.class);
        String id = limited("user", required("user", login.user), 320);
        String password = limited("password", required("password", login.password), 1_024);
        List<String> take = new ArrayList<>();
        for (@Nullable
        String name : Objects.requireNonNullElse(login.take, List.<@Nullable String>of())) {
            take.add(required("take", name));
        }
        if (take.size() > LISTED) {
            throw InvalidInputException.field("take", "must not name more than " + LISTED + " conversations");
        }
        User user = throttle
                .check(id, exchange.request().getRemoteAddr(), () -> users.verify(id, password), Optional::isPresent)
                .orElseThrow(() -> AccessException.unauthenticated("The name or the password is wrong."));
        Credentials.Caller before = exchange.caller();
        Principal after = credentials.principal(user);
        List<String> taken = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (String name : take) {
            (before.principal().anonymous() && take(before.principal(), name, after) ? taken : left).add(name);
        }
        withdraw(before);
        // Last: a request that failed must not leave somebody signed in.
        credentials.user(exchange.request(), exchange.response(), user);
        exchange.json(200, new LoggedIn(Me.of(after), taken, left));
    }

    private boolean take(Principal visitor, String name, Principal user) {
        try {
            OwnedSession session = engine.sessions().open(visitor,
                    SessionId.parse(name).orElseThrow(dev.carrel.session.Sessions::unknown));
            return engine.sessions().move(session, user);
        } catch (NotFoundException | GoneException e) {
            return false;
        }
    }

    private void withdraw(Credentials.Caller caller) {
        credentials.revoke(caller);
        streams.recheck(caller);
    }

    private void logout(Exchange exchange) {
        withdraw(exchange.caller());
        credentials.visitor(exchange.request(), exchange.response());
        exchange.nothing();
    }

    private record Create(@Nullable String chat) {}

    private record Created(String id) {}

    private void create(Exchange exchange) throws Exception {
        OwnedSession session = engine.create(exchange.principal(), exchange.body().as(Create.class).chat);
        exchange.response().setHeader("Location", "/sessions/" + session.id());
        exchange.json(201, new Created(session.id().text()));
    }

    private record Sessions(List<SnapshotJson.SessionJson> sessions) {}

    private void list(Exchange exchange) throws Exception {
        exchange.json(200, new Sessions(engine.sessions().list(exchange.principal(), LISTED).stream()
                .map(SnapshotJson.SessionJson::of).toList()));
    }

    private void snapshot(Exchange exchange) throws Exception {
        exchange.text(200, "application/json", SnapshotJson.read(exchange.session(), engine).json());
    }

    private void delete(Exchange exchange) {
        engine.delete(exchange.session());
        exchange.nothing();
    }

    private record Post(@Nullable String id, @Nullable String text) {}

    private record Posted(String turn) {}

    private void post(Exchange exchange) throws Exception {
        Post post = exchange.body().as(Post.class);
        String chat = exchange.session().session().chat();
        if (!chats.contains(chat)) {
            throw new ElsewhereException("The chat \"" + chat + "\" of this session is not served here.");
        }
        TurnStore.Accepted accepted = engine.post(exchange.session(), required("id", post.id),
                required("text", post.text));
        exchange.json(HttpServletResponse.SC_ACCEPTED, new Posted(accepted.turn().text()));
    }

    private void events(Exchange exchange) throws Exception {
        if (exchange.request().getMethod().equals("HEAD")) {
            // What is written to a HEAD is thrown away, so nobody would ever notice that its sender has left.
            exchange.response().setContentType(Streams.TYPE);
            return;
        }
        String header = exchange.request().getHeader("Last-Event-ID");
        String last = header != null ? header : exchange.parameter("after").orElse(null);
        streams.send(exchange.session(), exchange.caller(),
                Optional.ofNullable(last).flatMap(EventId::parse), last == null, exchange.response());
    }

    private record Cancelled(String turn, String status) {}

    private void cancel(Exchange exchange) throws Exception {
        TurnId turn = TurnId.parse(exchange.variable("turn"))
                .orElseThrow(() -> new NotFoundException("There is no such turn in this session."));
        TurnStatus status = engine.cancel(exchange.session(), turn);
        exchange.json(HttpServletResponse.SC_ACCEPTED, new Cancelled(turn.text(), status.text()));
    }

    private void call(Exchange exchange) throws Exception {
        Optional<String> result = engine.call(exchange.session(), exchange.variable("name"), exchange.body());
        if (result.isPresent()) {
            exchange.text(200, "application/json", result.get());
        } else {
            exchange.nothing();
        }
    }

    static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw InvalidInputException.field(field, "is missing");
        }
        return value;
    }

    static String limited(String field, String value, int length) {
        if (value.length() > length) {
            throw InvalidInputException.tooLarge(field, "must not be longer than " + length + " characters");
        }
        return value;
    }

    /** What a machine is told of a route's body: the fields, and whether each must be there. */
    static Map<String, Boolean> fields(Route route) {
        return switch (route.method() + " " + route.template()) {
            case "POST /login" -> Map.of("user", true, "password", true, "take", false);
            case "POST /sessions" -> Map.of("chat", false);
            case "POST /sessions/{session}/messages" -> Map.of("id", true, "text", true);
            case "POST /sessions/{session}/turns/{turn}/answers" -> Map.of("ask", true, "value", true);
            case "POST /v1/embeddings" -> Map.of("model", true, "input", true, "encoding_format", false, "dimensions",
                    false, "user", false);
            default -> Map.of();
        };
    }
}
