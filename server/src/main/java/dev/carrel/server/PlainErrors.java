package dev.carrel.server;

import java.nio.charset.StandardCharsets;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

import dev.carrel.id.RequestId;
import dev.carrel.web.CarrelServlet;
import dev.carrel.web.Problem;

/** What Jetty itself refuses (a path or header that does not hold) looks like every other problem of this server. */
final class PlainErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String id = RequestId.random().text();
        String detail = status < 500 ? "The request cannot be read." : "Something went wrong on our side.";
        var problem = new Problem(status, status < 500 ? "malformed" : "internal", detail);
        String path = request.getHttpURI().getPath();
        Problem.Told told = problem.told(path == null ? "" : path, id);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, told.contentType());
        CarrelServlet.HEADERS.forEach(response.getHeaders()::put);
        response.getHeaders().put("X-Request-Id", id);
        response.write(true, BufferUtil.toBuffer(told.json(), StandardCharsets.UTF_8), callback);
        return true;
    }
}
