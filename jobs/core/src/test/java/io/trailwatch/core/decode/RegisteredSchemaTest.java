package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RegisteredSchemaTest {
    @Test
    void aFormatWithoutOneTellsNone() {
        assertThat(RegisteredSchema.of("json")).isNull();
        assertThat(RegisteredSchema.of("version account-id registry")).isNull();
        assertThat(RegisteredSchema.formatOf("mapping:shop")).isEqualTo("mapping:shop");
    }

    @Property(tries = 300)
    void isReadBackWhateverTheNames(@ForAll String name, @ForAll String version) {
        RegisteredSchema schema = new RegisteredSchema(name, version);
        String format = schema.appendTo("mapping:shop");

        assertThat(RegisteredSchema.of(format)).isEqualTo(schema);
        assertThat(RegisteredSchema.formatOf(format)).isEqualTo("mapping:shop");
        assertThat(format)
                .hasSize("mapping:shop registry::".length() + name.length() + version.length());
    }
}
