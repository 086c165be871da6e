"""The back desk at /admin/: what operators look at, and the few things that they may do."""
