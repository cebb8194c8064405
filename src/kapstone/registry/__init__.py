"""Many people's records as OMOP tables in a folder of Parquet files, and what they come to.

Arrow, DuckDB and Ibis are an extra of the installation, so nothing of them is imported from here:
take what is needed from `registry.tables`, `registry.cdm` and their neighbours.
"""

from kapstone.registry.tables import Column, Table, table, tables

__all__ = ["Column", "Table", "table", "tables"]
