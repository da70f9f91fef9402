package io.trailwatch.connector.iceberg;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.catalog.SessionCatalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTClient;
import org.apache.iceberg.rest.auth.AuthManager;
import org.apache.iceberg.rest.auth.AuthSession;
import org.apache.iceberg.rest.auth.OAuth2Manager;
import org.apache.iceberg.rest.auth.OAuth2Properties;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's OAuth2 with a secret from the environment of the process. Iceberg would take it from
 * the properties of the catalog, which it also gives to the file access of each table; that is
 * serialised into the job graph.
 */
public final class EnvironmentAuth implements AuthManager {
    /** Properties that name the variable instead of holding what is in it. */
    static final String TOKEN_VARIABLE = "trailwatch.rest.token-variable";

    static final String CREDENTIAL_VARIABLE = "trailwatch.rest.credential-variable";

    private final OAuth2Manager delegate;

    /** Called by Iceberg, by the name of the class. */
    public EnvironmentAuth(String name) {
        this.delegate = new OAuth2Manager(name);
    }

    @Override
    public AuthSession initSession(RESTClient client, Map<String, String> properties) {
        return delegate.initSession(client, withSecret(properties, System.getenv()));
    }

    @Override
    public AuthSession catalogSession(RESTClient client, Map<String, String> properties) {
        return delegate.catalogSession(client, withSecret(properties, System.getenv()));
    }

    @Override
    public AuthSession contextualSession(
            SessionCatalog.SessionContext context, AuthSession parent) {
        return delegate.contextualSession(context, parent);
    }

    @Override
    public AuthSession tableSession(
            TableIdentifier table, Map<String, String> properties, AuthSession parent) {
        return delegate.tableSession(table, properties, parent);
    }

    @Override
    public AuthSession tableSession(RESTClient client, Map<String, String> properties) {
        return delegate.tableSession(client, withSecret(properties, System.getenv()));
    }

    @Override
    public void close() {
        delegate.close();
    }

    /**
     * Properties with the secret in the place where Iceberg looks for it.
     *
     * @throws LakeException if a variable is not set
     */
    static Map<String, String> withSecret(
            Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(properties);
        put(all, OAuth2Properties.TOKEN, properties.get(TOKEN_VARIABLE), environment);
        put(all, OAuth2Properties.CREDENTIAL, properties.get(CREDENTIAL_VARIABLE), environment);
        return all;
    }

    private static void put(
            Map<String, String> properties,
            String key,
            @Nullable String variable,
            Map<String, String> environment) {
        if (variable == null) {
            return;
        }
        String value = environment.get(variable);
        if (value == null || value.isBlank()) {
            throw new LakeException(
                    "REST catalog: environment variable %s is not set".formatted(variable));
        }
        properties.put(key, value);
    }
}
