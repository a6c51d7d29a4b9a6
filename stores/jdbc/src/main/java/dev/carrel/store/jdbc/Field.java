package dev.carrel.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * A member of an {@link ArchiveRecord}: its name in the line, and how a column becomes it and it becomes a column. A column
 * that is null is left out of the line.
 */
record Field(String name, String column, Type type, boolean optional) {
    /** What it holds. */
    enum Type {
        /** Text, as it is. */
        TEXT,
        /** Text that is left out of what a user is given. */
        SECRET,
        /** JSON: as text where a store is copied, so that it stays the same to the letter; as JSON for people. */
        JSON,
        /** A whole number. */
        NUMBER,
        /** A moment, in ISO-8601. */
        MOMENT
    }

    static Field text(String name) {
        return new Field(name, name, Type.TEXT, false);
    }

    static Field secret(String name) {
        return new Field(name, name, Type.SECRET, false);
    }

    static Field json(String name) {
        return new Field(name, name, Type.JSON, false);
    }

    static Field number(String name) {
        return new Field(name, name, Type.NUMBER, false);
    }

    static Field moment(String name) {
        return new Field(name, name, Type.MOMENT, false);
    }

    /** This field, which may be missing. */
    Field orNone() {
        return new Field(name, column, type, true);
    }

    /** This field, whose column is called otherwise. */
    Field in(String newColumn) {
        return new Field(name, newColumn, type, optional);
    }

    /** Adds the member, for a copy of a store. */
    void write(ObjectNode line, Columns row, int index) throws SQLException {
        switch (type) {
            case TEXT, SECRET, JSON -> {
                String text = row.textOrNull(index);
                if (text != null) {
                    line.put(name, text);
                }
            }
            case NUMBER -> {
                Long number = row.numberOrNull(index);
                if (number != null) {
                    line.put(name, number);
                }
            }
            case MOMENT -> {
                if (row.numberOrNull(index) != null) {
                    line.put(name, row.instant(index).toString());
                }
            }
        }
    }

    /** Adds the member, for a person. */
    void show(ObjectNode line, Columns row, int index) throws SQLException {
        if (type == Type.SECRET) {
            return;
        }
        String text = type == Type.JSON ? row.textOrNull(index) : null;
        if (text == null) {
            write(line, row, index);
            return;
        }
        if (StoredJson.parses(text)) {
            // As it stands there, to the last digit, but in one line: outside of strings, JSON knows line ends as space only.
            line.putRawValue(name, new RawValue(text.replace('\n', ' ').replace('\r', ' ')));
        } else {
            // A damaged value is the user's all the same.
            line.put(name, text);
        }
    }

    /**
     * Takes the member as a statement's parameter.
     *
     * @throws ArchiveException if it is missing or holds something else
     */
    void bind(PreparedStatement statement, int parameter, JsonNode line, Dialect dialect) throws SQLException {
        JsonNode member = line.path(name);
        if (member.isMissingNode() && optional) {
            statement.setNull(parameter, type == Type.NUMBER || type == Type.MOMENT ? Types.BIGINT : Types.VARCHAR);
            return;
        }
        switch (type) {
            case TEXT, SECRET, JSON -> {
                require(member.isString());
                statement.setString(parameter, dialect.write(member.asString()));
            }
            case NUMBER -> {
                require(member.isIntegralNumber() && member.canConvertToLong());
                statement.setLong(parameter, member.asLong());
            }
            case MOMENT -> {
                require(member.isString());
                statement.setLong(parameter, nanos(member.asString()));
            }
        }
    }

    private long nanos(String text) {
        try {
            return Sql.nanos(Instant.parse(text));
        } catch (DateTimeException e) {
            throw new ArchiveException("its \"" + name + "\" is no moment", e);
        }
    }

    private void require(boolean holds) {
        if (!holds) {
            throw new ArchiveException("its \"" + name + "\" is missing or no " + switch (type) {
                case TEXT, SECRET, JSON -> "text";
                case NUMBER -> "whole number";
                case MOMENT -> "moment";
            });
        }
    }
}
