package dev.carrel.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Threads that {@link StrictContexts} lets a test, or all tests of a class, leave behind: those of a library, say. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface MayLeave {
    /** Regular expressions; the whole name of a thread must match one. */
    String[] threads();

    /** Why nobody can end them. */
    String why();
}
