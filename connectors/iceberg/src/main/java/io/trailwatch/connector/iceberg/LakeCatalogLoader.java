package io.trailwatch.connector.iceberg;

import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.flink.CatalogLoader;

/**
 * Builds the catalog inside a task. Iceberg's own loaders carry a Hadoop configuration; ours needs
 * none.
 */
final class LakeCatalogLoader implements CatalogLoader {
    // Part of savepoints by way of the committer: stays the same when this class changes.
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // a serializable map of strings
    private final Map<String, String> properties;

    LakeCatalogLoader(Map<String, String> properties) {
        this.properties = Map.copyOf(properties);
    }

    @Override
    @SuppressWarnings("NullAway") // Iceberg takes null for "no Hadoop configuration"
    public Catalog loadCatalog() {
        return CatalogUtil.buildIcebergCatalog(LakeSettings.CATALOG_NAME, properties, null);
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // the interface asks for an independent loader
    public CatalogLoader clone() {
        return new LakeCatalogLoader(properties);
    }

    @Override
    public String toString() {
        return "LakeCatalogLoader(" + properties.get("warehouse") + ")";
    }
}
