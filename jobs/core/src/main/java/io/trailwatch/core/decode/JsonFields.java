package io.trailwatch.core.decode;

import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object as far as they are seen at a glance, without parsing the whole. Of a
 * field that stands twice the last one counts, as in decoding.
 */
public interface JsonFields {
    /** No fields: what {@link #object} gives where there is no object. */
    JsonFields NONE =
            new JsonFields() {
                @Override
                public boolean has(String name) {
                    return false;
                }

                @Override
                public @Nullable String text(String name) {
                    return null;
                }

                @Override
                public JsonFields object(String name) {
                    return this;
                }
            };

    /** Whether the field stands there, whatever it holds, also null. */
    boolean has(String name);

    /** Text of a string, number or boolean; null where the field is absent or holds another. */
    @Nullable String text(String name);

    /** Fields of the object that the field holds; {@link #NONE} where it holds none. */
    JsonFields object(String name);
}
