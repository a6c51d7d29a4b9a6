package dev.carrel.store.jdbc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Addresses are read in all their forms, and never show the password. */
class PostgresAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"postgres://anna:p%40ss%3Aw%2Frd+1@db.example:5433/chat?sslmode=require",
            "postgresql://anna:p%40ss%3Aw%2Frd+1@db.example:5433/chat?sslmode=require",
            "jdbc:postgresql://db.example:5433/chat?user=anna&password=p%40ss%3Aw%2Frd+1&sslmode=require",
            "jdbc:postgresql://anna:p%40ss%3Aw%2Frd+1@db.example:5433/chat?sslmode=require"})
    void all_forms_mean_the_same(String text) {
        var address = PostgresAddress.parse(text);
        var source = address.source();
        assertThat(source.getServerNames()).containsExactly("db.example");
        assertThat(source.getPortNumbers()).containsExactly(5433);
        assertThat(source.getDatabaseName()).isEqualTo("chat");
        assertThat(source.getUser()).isEqualTo("anna");
        assertThat(source.getPassword()).isEqualTo("p@ss:w/rd+1");
        assertThat(source.getSslMode()).isEqualTo("require");
        assertThat(source.getCurrentSchema()).isEqualTo("carrel");
        assertThat(address).hasToString("postgresql://db.example:5433/chat");
    }

    @Test
    void an_address_may_choose_its_schema_and_its_time_outs() {
        var source = PostgresAddress.parse("postgres://h/db?currentSchema=mine&socketTimeout=3").source();
        assertThat(source.getCurrentSchema()).isEqualTo("mine");
        assertThat(source.getSocketTimeout()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres:", "postgres://", "postgres://host", "postgres://host/", "postgres:db",
            "postgres://anna:secret word@host/db", "mysql://anna:secret@host/db", "jdbc:mysql://host/db",
            "postgres://anna:sec%ret@host/db", "postgres://anna:secret#x@host/db", ""})
    void what_is_no_address_is_refused_without_being_repeated(String text) {
        assertThatThrownBy(() -> PostgresAddress.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasNoCause().hasMessageContaining("postgres://user:password@host").hasMessageNotContaining("sec");
    }
}
