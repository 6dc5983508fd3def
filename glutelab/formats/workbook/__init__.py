"""Cells of Excel workbooks and tables in XML, read with care."""
