package dev.carrel.web;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.session.Answer;
import dev.carrel.session.EventId;
import dev.carrel.session.Failure;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Sessions;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Snapshot;

/** Sessions and snapshots as docs/http.md describes them. */
final class SnapshotJson {
    private SnapshotJson() {}

    private record MessageJson(String id, String text, String at) {}

    private record DataJson(String name, @JsonRawValue String value) {
        static DataJson of(Answer.Data data) {
            return new DataJson(data.name(), data.json());
        }
    }

    private record AnsweredJson(int ask, @JsonRawValue String value) {
        static AnsweredJson of(Input input) {
            return new AnsweredJson(input.ask(), input.json());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record TurnJson(String id, String status, int attempt, MessageJson message, String text,
            List<DataJson> data, @Nullable List<AnsweredJson> answers,
            @Nullable Failure failure) {
        static TurnJson of(Turn turn, @Nullable List<Input> answered) {
            var message = new MessageJson(turn.message().id(), turn.message().text(), turn.message().at().toString());
            return new TurnJson(turn.id().text(), turn.status().text(), turn.attempt(), message, turn.answer().text(),
                    turn.answer().data().stream().map(DataJson::of).toList(),
                    answered == null ? null : answered.stream().map(AnsweredJson::of).toList(),
                    turn.failure().orElse(null));
        }
    }

    private record Json(String id, String chat, String title, String created, String last, List<TurnJson> turns) {}

    record SessionJson(String id, String chat, String title, String created, String active, int turns) {
        static SessionJson of(SessionRecord session) {
            return new SessionJson(session.id().text(), session.chat(), session.title(), session.created().toString(),
                    session.active().toString(), session.turns());
        }
    }

    /** A session as it stands, and the event to go on from. */
    record Standing(String json, EventId last) {}

    /** The session as it stands, if it still is the owner's: it may have been given away since it was opened. */
    static Standing read(OwnedSession owned, Engine engine) {
        Snapshot snapshot = engine.snapshot(owned);
        if (!snapshot.session().owner().equals(Owner.of(owned.principal()))) {
            throw Sessions.unknown();
        }
        return new Standing(of(snapshot), snapshot.last());
    }

    private static String of(Snapshot snapshot) {
        SessionRecord session = snapshot.session();
        return JsonInput.write(new Json(session.id().text(), session.chat(), session.title(),
                session.created().toString(), snapshot.last().toString(),
                snapshot.turns().stream().map(turn -> TurnJson.of(turn, snapshot.answered().get(turn.id()))).toList()));
    }
}
