"""Clips to storage, and clips to films."""
