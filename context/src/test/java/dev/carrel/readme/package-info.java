/** The programs of context/README.md, which stand there word by word. */
@NullMarked
package dev.carrel.readme;

import org.jspecify.annotations.NullMarked;
