package dev.carrel.app;

/** What a model answers, whichever kind of model it is. */
public sealed interface ModelAnswer {
    /** All at once: what a {@link Model} answers, as JSON. */
    record Whole(String json) implements ModelAnswer {}

    /** Piece by piece: what a {@link StreamingModel} answers. Whoever asked for it closes it. */
    record Pieces(PieceStream stream) implements ModelAnswer {}
}
