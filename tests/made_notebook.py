"""Notebooks written for a test."""

import nbformat


def write_notebook(folder, name, *sources):
    """A notebook with a cell of parameters, then a cell for each source."""
    cells = [nbformat.v4.new_code_cell('cohort = "rbds2017"', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / name)
