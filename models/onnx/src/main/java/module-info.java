/** Floor 2: models that ONNX Runtime runs in this process. */
module dev.carrel.onnx {
    requires transitive dev.carrel.batch;
    requires static transitive org.jspecify;
    requires com.microsoft.onnxruntime;
    requires ai.djl.tokenizers;
    requires ai.djl.api;

    exports dev.carrel.onnx;
}
