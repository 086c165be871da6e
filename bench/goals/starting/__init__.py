"""Starts and idle memory."""
