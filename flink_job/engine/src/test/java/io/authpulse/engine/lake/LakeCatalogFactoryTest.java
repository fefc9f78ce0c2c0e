package io.authpulse.engine.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;

/** The catalogue by the name that SQL gives it. */
class LakeCatalogFactoryTest {
    @Test
    void sql_finds_it_by_its_type_and_it_passes_icebergs_options_on() throws Exception {
        ClassLoader loader = getClass().getClassLoader();
        CatalogFactory factory = FactoryUtil.discoverFactory(loader, CatalogFactory.class, "authpulse-iceberg");
        assertInstanceOf(LakeCatalogFactory.class, factory);
        Map<String, String> options = Map.of(
                "type", "authpulse-iceberg", "catalog-impl", "org.apache.iceberg.inmemory.InMemoryCatalog");
        Catalog catalog = factory.createCatalog(
                new FactoryUtil.DefaultCatalogContext("lake", options, new Configuration(), loader));
        catalog.open();
        catalog.createDatabase("authpulse", new CatalogDatabaseImpl(Map.of(), null), false);
        assertEquals(List.of("authpulse"), catalog.listDatabases());
        catalog.close();
    }
}
