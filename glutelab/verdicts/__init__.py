"""The article's claims, one verdict each: supported, contradicted, too small, cannot tell."""

from glutelab.verdicts.ledger import ALL_CLAIMS, Claims, Trace, claims
from glutelab.verdicts.rule import RULE, VERDICTS, judge

__all__ = ["ALL_CLAIMS", "RULE", "VERDICTS", "Claims", "Trace", "claims", "judge"]
