package dev.carrel.tck.store;

import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;

/** The memory store keeps the contract; it is the reference. */
class MemoryStoreContractTest implements StoreContract {
    private final TestTime time = TestTime.start();
    private final Store store = new MemoryStore(time);

    @Override
    public Store store() {
        return store;
    }

    @Override
    public TestTime time() {
        return time;
    }
}
