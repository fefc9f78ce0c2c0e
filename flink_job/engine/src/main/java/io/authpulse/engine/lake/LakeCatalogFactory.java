package io.authpulse.engine.lake;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.catalog.Catalog;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.flink.FlinkCatalogFactory;

/**
 * Iceberg's catalogue as {@code 'type'='authpulse-iceberg'}, with an empty Hadoop configuration.
 *
 * <p>Iceberg's own factory asks a class of Flink's distribution for that configuration, and the distribution's class
 * loader cannot see the Hadoop classes in this jar. The other options are Iceberg's.
 */
public final class LakeCatalogFactory extends FlinkCatalogFactory {
    @Override
    public String factoryIdentifier() {
        return "authpulse-iceberg";
    }

    @Override
    public Catalog createCatalog(Context context) {
        Map<String, String> options = new HashMap<>(context.getOptions());
        options.put("type", "iceberg");
        return createCatalog(context.getName(), options, new Configuration(false));
    }
}
