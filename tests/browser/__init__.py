"""Tests in a real browser; a package, so that its conftest is not that of the others."""
