"""A cohort: a folder of plain tables and curves, with a description that says what they are.

::

    my_lab/
      datapackage.json   name, source, licence, level mapping, processing, hashes (Frictionless)
      runners.csv        one row per runner
      legs.csv           one row per runner and side (optional)
      trials.csv         one row per trial
      strides.parquet    one row per kept stride (or strides.csv; optional)
      ledger.csv         one row per candidate stride, kept or dropped (optional)
      curves.parquet     101 points per stride and variable, in the order of strides (optional)
"""

from glutelab.cohort.cohort import Cohort
from glutelab.cohort.folder import read_cohort, renew_hashes
from glutelab.cohort.memory import cohort_in_memory
from glutelab.cohort.write import write_cohort

__all__ = ["Cohort", "cohort_in_memory", "read_cohort", "renew_hashes", "write_cohort"]
