"""Readers of raw exports, one family per file; each gives `MarkerFrames` and `ForceFrames`."""
