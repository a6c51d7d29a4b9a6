package dev.carrel.onnx;

import java.lang.System.Logger.Level;
import java.nio.file.Path;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * Where models run: on a CUDA device, if ONNX Runtime's build for GPUs is on the class path (the Maven profile {@code cuda})
 * and there is such a device; else on the CPU. What is about CUDA here is not run in CI, which has no such device.
 */
final class Device {
    private static final System.Logger LOG = System.getLogger(Device.class.getName());

    private Device() {}

    /** ONNX Runtime itself, one in a process. */
    static OrtEnvironment environment() throws OrtException {
        NativeLife.outliveTheHook(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "carrel");
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "carrel");
        environment.setTelemetry(false);
        return environment;
    }

    /**
     * Loads the model.
     *
     * @param threads for each of its runs, where it runs on the CPU
     */
    static OrtSession load(OrtEnvironment environment, Path file, int threads) throws OrtException {
        if (OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            try (OrtSession.SessionOptions options = options(threads);
                    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
                cuda.add("use_tf32", "0"); // 10 bits of a product's 23 would be left
                options.addCUDA(cuda);
                OrtSession session = environment.createSession(file.toString(), options);
                LOG.log(Level.INFO, file.getFileName() + " runs on a CUDA device");
                return session;
            } catch (OrtException e) {
                LOG.log(Level.INFO, file.getFileName() + " runs on the CPU: " + e.getMessage());
            }
        }
        try (OrtSession.SessionOptions options = options(threads)) {
            return environment.createSession(file.toString(), options);
        }
    }

    private static OrtSession.SessionOptions options(int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        return options;
    }
}
