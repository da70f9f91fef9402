package io.trailwatch.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[{},[],null,true,false,0,-1,12345678901234567890,1.5,1e300,0.1]",
                "{\"a\":{\"b\":[1,{\"c\":\"d\"}]},\"e\\\"\\\\\\n"
                        + "\":\"\\u0000\\u001f\\b\\f\\r"
                        + "\\t/\"}",
                "\"\\ud83d\\ude00 \\u00e9 \\u2028 \\u007f\""
            })
    void writesWhatJacksonWrites(String json) throws IOException {
        JsonNode node = JSON.readTree(json);
        assertThat(JsonText.of(node)).isEqualTo(node.toString());
    }

    @Property
    void writesEveryTextAsJacksonDoes(
            @ForAll @StringLength(max = 40) @CharRange(from = '\0', to = '\u00ff') String text) {
        JsonNode node = JsonNodeFactory.instance.objectNode().put(text, text);
        assertThat(JsonText.of(node)).isEqualTo(node.toString());
    }
}
