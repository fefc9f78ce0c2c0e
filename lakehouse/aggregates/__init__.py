"""The aggregated tables, made by Athena from the curated events: `python -m lakehouse.aggregates`.

A run makes days anew, whole days only. Athena computes a day, so memory does not grow with the events; the day's rows
are few and come here, and replace what the table has of the day in one commit of Iceberg's: readers see the old rows or
the new ones, whatever happens to the process. Rows that are the same already are left alone, without a commit.

    declared     which tables, by which SQL, from how many days
    days         which days there are to aggregate
    replacing    a day of a table, compared and set
    popularity   the file that the Flink job reads for RARE_HOST
    running      a run, day by day
    summary      what it did
    options      the command line
"""
