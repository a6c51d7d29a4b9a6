package dev.carrel.store.jdbc;

import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;

/** A store whose ports are filled in SQL. */
abstract class JdbcStore implements Store {
    abstract Ports ports();

    @Override
    public SessionStore sessions() {
        return ports().sessions();
    }

    @Override
    public StateStore state() {
        return ports().state();
    }

    @Override
    public TurnStore turns() {
        return ports().turns();
    }

    @Override
    public EventLog events() {
        return ports().events();
    }

    @Override
    public LeaseStore leases() {
        return ports().leases();
    }

    @Override
    public Revocations revocations() {
        return ports().revocations();
    }

    @Override
    public int sweep() {
        return ports().sweep();
    }

    @Override
    public void check() {
        ports().check();
    }
}
