"""A rehearsal campaign that fills an empty workspace, so that every room has something to show."""
