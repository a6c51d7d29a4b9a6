package dev.carrel.tck.context;

import java.net.http.HttpClient;

import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.http.ContextHttpClient;
import dev.carrel.test.StrictContexts;

/** The context's HTTP client keeps the contract. */
@ExtendWith(StrictContexts.class)
class HttpTest implements HttpContract {
    @Override
    public HttpClient wrap(HttpClient plain) {
        return ContextHttpClient.of(plain);
    }
}
