package dev.carrel.onnx;

import java.lang.System.Logger.Level;
import java.nio.file.Path;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/** Where models run. What is about CUDA here is not run in CI, which has no such device. */
enum Device {
    /** The processor. */
    CPU {
        @Override
        OrtSession load(OrtEnvironment environment, Path file, int threads) throws OrtException {
            try (OrtSession.SessionOptions options = options(threads)) {
                return environment.createSession(file.toString(), options);
            }
        }
    },
    /** A CUDA device: there must be one, and ONNX Runtime's build for GPUs on the class path (the Maven profile {@code cuda}). */
    CUDA {
        @Override
        OrtSession load(OrtEnvironment environment, Path file, int threads) throws OrtException {
            if (!supported()) {
                // Asked for all the same, the build for the CPU alone may crash the process.
                throw new OrtException("ONNX Runtime's build for GPUs is not on the class path");
            }
            try (OrtSession.SessionOptions options = options(threads);
                    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
                cuda.add("use_tf32", "0"); // 10 bits of a product's 23 would be left
                options.addCUDA(cuda);
                return environment.createSession(file.toString(), options);
            }
        }
    },
    /** A CUDA device if it can be had, else the processor; the log says which. */
    BEST {
        @Override
        OrtSession load(OrtEnvironment environment, Path file, int threads) throws OrtException {
            if (supported()) {
                try {
                    OrtSession session = CUDA.load(environment, file, threads);
                    LOG.log(Level.INFO, file.getFileName() + " runs on a CUDA device");
                    return session;
                } catch (OrtException e) {
                    LOG.log(Level.INFO, file.getFileName() + " runs on the CPU: " + e.getMessage());
                }
            }
            return CPU.load(environment, file, threads);
        }
    };

    private static final System.Logger LOG = System.getLogger(Device.class.getName());

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
     * @throws OrtException if it cannot be loaded here
     */
    abstract OrtSession load(OrtEnvironment environment, Path file, int threads) throws OrtException;

    /** Whether ONNX Runtime's build for GPUs is on the class path. */
    private static boolean supported() {
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    private static OrtSession.SessionOptions options(int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        return options;
    }
}
