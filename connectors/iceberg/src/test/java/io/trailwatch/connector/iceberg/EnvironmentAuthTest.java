package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentAuthTest {
    @Test
    void putsWhatTheVariableHoldsWhereIcebergLooksForIt() {
        Map<String, String> properties =
                Map.of("trailwatch.rest.credential-variable", "LAKE_CREDENTIAL", "scope", "lake");
        assertThat(
                        EnvironmentAuth.withSecret(
                                properties, Map.of("LAKE_CREDENTIAL", "id:secret", "OTHER", "x")))
                .containsEntry("credential", "id:secret")
                .containsEntry("scope", "lake")
                .doesNotContainKey("token");
        assertThat(
                        EnvironmentAuth.withSecret(
                                Map.of("trailwatch.rest.token-variable", "LAKE_TOKEN"),
                                Map.of("LAKE_TOKEN", "abc")))
                .containsEntry("token", "abc");
    }

    @Test
    void namesAVariableThatIsNotSet() {
        assertThatThrownBy(
                        () ->
                                EnvironmentAuth.withSecret(
                                        Map.of("trailwatch.rest.token-variable", "LAKE_TOKEN"),
                                        Map.of("LAKE_TOKEN", " ")))
                .isInstanceOf(LakeException.class)
                .hasMessage("REST catalog: environment variable LAKE_TOKEN is not set");
    }
}
