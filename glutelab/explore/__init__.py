"""Figures for the screen (plotly); each draws a table that a function below has computed."""
