package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.carrel.session.Owner;

/** The records of a store as it stood when it was opened. However large it is, a few of its rows are in memory. */
final class StoreLines implements Lines {
    private final StoreView view;
    private final @Nullable Owner only;
    private final Iterator<ArchiveRecord> kinds;
    private StoreView.@Nullable Cursor<String> cursor;

    /** @param only whose records, for this user to read; null for all */
    StoreLines(StoreView view, @Nullable Owner only) {
        this.view = view;
        this.only = only;
        this.kinds = ArchiveRecord.ALL.stream().filter(kind -> only == null || kind.ofUsers()).iterator();
    }

    @Override
    public @Nullable String next() {
        try {
            while (true) {
                if (cursor != null) {
                    String line = cursor.next();
                    if (line != null) {
                        return line;
                    }
                    cursor.close();
                    cursor = null;
                }
                if (!kinds.hasNext()) {
                    return null;
                }
                cursor = open(kinds.next());
            }
        } catch (SQLException e) {
            throw ArchiveException.of(view.location(), "read", e);
        }
    }

    private StoreView.Cursor<String> open(ArchiveRecord kind) throws SQLException {
        List<Field> fields = kind.fields();
        Owner owner = only;
        String query = kind.select(view.dialect(), owner != null);
        Reading.Row<String> line = row -> {
            ObjectNode json = ArchiveFormat.line(kind.kind());
            for (int i = 0; i < fields.size(); i++) {
                if (owner == null) {
                    fields.get(i).write(json, row, i + 1);
                } else {
                    fields.get(i).show(json, row, i + 1);
                }
            }
            return json.toString();
        };
        return owner == null
                ? view.cursor(query, kind.atOnce(), line)
                : view.cursor(query, kind.atOnce(), line, owner.tenant(), owner.user());
    }

    @Override
    public void close() {
        // The cursor ends with its connection.
        view.close();
    }
}
