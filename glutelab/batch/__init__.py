"""Many trials: on several cores or a cluster, going on where an interrupted run stopped."""

from glutelab.batch.fingerprint import fingerprint
from glutelab.batch.run import process_trials
from glutelab.batch.store import StoredTrials

__all__ = ["StoredTrials", "fingerprint", "process_trials"]
