"""What the doors and the driving get done, beside plain servers, a gateway and plain tasks."""
