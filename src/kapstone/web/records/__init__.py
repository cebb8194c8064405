"""The chart: every clinical table, every deed, who may do it, and what it leaves behind."""
