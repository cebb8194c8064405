"""Other systems ask here: CDS Hooks. No tables, no session, and nothing of a request is kept."""
