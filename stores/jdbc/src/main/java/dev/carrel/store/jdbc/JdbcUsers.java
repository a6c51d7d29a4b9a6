package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.UserStore;

/** The lists of users. */
record JdbcUsers(Database database) implements UserStore {
    @Override
    public List<ListEntry> list(Owner owner, String list) {
        return database.read(sql -> sql.list(
                "SELECT id, json, at FROM entry WHERE tenant = ? AND owner = ? AND list = ? ORDER BY n",
                row -> new ListEntry(row.text(1), row.text(2), row.instant(3)), owner.tenant(),
                owner.user(), list));
    }

    static void apply(Tx tx, Changes.ListChange change) throws SQLException {
        Owner owner = change.owner();
        switch (change) {
            case Changes.Append append -> tx.write("""
                    INSERT INTO entry (tenant, owner, list, id, json, at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (tenant, owner, list, id) DO NOTHING""", owner.tenant(), owner.user(), append.list(),
                    append.id(), append.json(), append.at());
            case Changes.Remove remove ->
                tx.write("DELETE FROM entry WHERE tenant = ? AND owner = ? AND list = ? AND id = ?", owner.tenant(),
                        owner.user(), remove.list(), remove.id());
        }
    }
}
