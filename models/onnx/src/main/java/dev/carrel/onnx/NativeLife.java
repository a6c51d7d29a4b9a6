package dev.carrel.onnx;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;

/**
 * Keeps ONNX Runtime alive until the process has ended. Its Java library takes the native environment down in a shutdown
 * hook, beside all others: a server that answers its last questions meanwhile, or is still loading the model, is aborted
 * in the middle (status 134). The environment is counted, so one more count, which nobody gives back, outlives that hook.
 * The library has no public way to it; where the private one is closed (on the module path), all stays as it was.
 */
final class NativeLife {
    private static boolean kept;

    private NativeLife() {}

    /** Makes the environment and counts it once, at the first call, before the library counts it and registers its hook. */
    static synchronized void outliveTheHook(OrtLoggingLevel level, String name) {
        if (kept) {
            return;
        }
        kept = true;
        try {
            Class.forName(OrtEnvironment.class.getName()); // loads the native library
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class,
                    String.class);
            api.setAccessible(true);
            create.setAccessible(true);
            create.invoke(null, api.getLong(null), level.getValue(), name);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Another version of the library, or a closed module.
        }
    }
}
