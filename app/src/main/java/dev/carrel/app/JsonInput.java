package dev.carrel.app;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

import dev.carrel.error.InvalidInputException;

/** A JSON object that came from outside, read strictly: what is not expected is refused, by name. Immutable. */
public record JsonInput(String json) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    /**
     * The object as this record. A field that the record does not have, or of another type, is refused; one that is
     * missing is null, so the record checks what it needs.
     *
     * @throws InvalidInputException malformed if it is no JSON, else naming the field
     */
    public <T> T as(Class<T> type) {
        try {
            T value = MAPPER.readValue(json.isBlank() ? "{}" : json, type);
            if (value == null) {
                throw InvalidInputException.malformed("The body must be a JSON object.");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw InvalidInputException.malformed("The body is nested too deeply, or has a number that is too long.");
        } catch (InputCoercionException e) {
            throw wrongType(e, "The body has a number that is too large.");
        } catch (StreamReadException e) {
            throw InvalidInputException.malformed("The body is not well-formed JSON.");
        } catch (UnrecognizedPropertyException e) {
            throw InvalidInputException.field(e.getPropertyName(), "is not a field of this request");
        } catch (DatabindException e) {
            if (e.getCause() instanceof InvalidInputException ours) {
                throw ours;
            }
            throw wrongType(e, "The body must be a JSON object.");
        } catch (JacksonException e) {
            throw InvalidInputException.malformed("The body is not well-formed JSON.");
        }
    }

    private static InvalidInputException wrongType(JacksonException e, String otherwise) {
        String field = field(e);
        return field.isEmpty()
                ? InvalidInputException.malformed(otherwise)
                : InvalidInputException.field(field, "has the wrong type");
    }

    private static String field(JacksonException e) {
        var path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.toString();
    }

    /** A value as JSON. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
