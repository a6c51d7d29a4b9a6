package dev.carrel.tck.store;

import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Store;

/** The memory store keeps the contract; it is the reference. */
class MemoryStoreContractTest implements StoreContract {
    private final HandTime time = new HandTime();
    private final Store store = new MemoryStore(time);

    @Override
    public Store store() {
        return store;
    }

    @Override
    public HandTime time() {
        return time;
    }
}
