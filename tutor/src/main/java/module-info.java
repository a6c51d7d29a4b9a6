/**
 * Floor 6: the tutor. It answers questions about a folder of documents and about each learner's own notes, with an
 * embedding model that runs in this process.
 */
module dev.carrel.tutor {
    requires transitive dev.carrel.app;
    requires transitive dev.carrel.onnx;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires java.net.http;
    requires langchain4j.core;
    requires langchain4j.open.ai;
    requires langchain4j.http.client;
    requires langchain4j.http.client.jdk;

    exports dev.carrel.tutor;
    exports dev.carrel.tutor.answer;
    exports dev.carrel.tutor.docs;
    exports dev.carrel.tutor.embed;
    exports dev.carrel.tutor.index;
    exports dev.carrel.tutor.model;
}
