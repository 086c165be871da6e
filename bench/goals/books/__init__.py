"""Pages and lists over a million jobs and five million ledger lines."""
