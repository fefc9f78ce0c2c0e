"""The tables: Glue's catalogue, Iceberg's metadata and files, read lazily and written by commits.

connection   clients, catalogue and file access of one account and region
schemas      Iceberg's and Hive's types into Trino's and back
tables       what a name in a query stands for
iceberg      an Iceberg table: which files, which columns, how many bytes
pruning      what is known of rows, as an Iceberg filter
metadata     "table$snapshots" and its kin, information_schema
hive         Parquet tables that are not Iceberg
views        views as Athena keeps them in Glue
writing      rows into data files, data files into commits
"""
