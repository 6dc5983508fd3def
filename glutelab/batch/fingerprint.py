"""Whether a trial was done before: a digest of all that its result depends on."""

from __future__ import annotations

import hashlib
import inspect
import numbers
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path

import joblib

__all__ = ["code_digest", "fingerprint", "folder_name"]

_LONGEST = 60  # letters of a trial's name that its folder shows


def fingerprint(job: Mapping[str, object], function: Callable | None = None) -> str:
    """Short digest of a job's arguments, of the state of its files, and of the code that runs.

    Parameters
    ----------
    job : dict
        A `Path` among the arguments, also within lists and dictionaries, stands for size and time
        of change of its file.
    function : callable, optional

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    digest = hashlib.sha256(code_digest())
    while isinstance(function, partial):
        job = {**function.keywords, **job, "partial": function.args}
        function = function.func
    if function is not None:
        digest.update(function.__qualname__.encode())
        digest.update(Path(inspect.getfile(function)).read_bytes())
    for part in _state(job):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:12]


def folder_name(name: str, job: Mapping[str, object], function: Callable) -> str:
    """Name of the folder of a trial's result: safe on every system, whatever the trial's name is.

    Examples
    --------
    >>> folder_name("../T 1", {}, folder_name).split("-")[0]
    '_T_1'
    """
    plain = re.sub(r"[^\w+-]+", "_", str(name), flags=re.ASCII)[:_LONGEST]
    given = job if plain == name else {**job, "name of the trial": str(name)}
    return f"{plain}-{fingerprint(given, function)}"


def _state(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield f"{key}="
            yield from _state(value[key])
    elif isinstance(value, list | tuple):
        yield f"{len(value)} of"
        for item in value:
            yield from _state(item)
    elif isinstance(value, Path):
        yield str(value)
        if value.is_file():
            state = value.stat()
            yield f"{state.st_size},{state.st_mtime_ns}"
    elif value is None or isinstance(value, bool | str):
        yield repr(value)
    elif isinstance(value, numbers.Real):
        yield repr(float(value))
    else:
        yield joblib.hash(value)


@lru_cache(maxsize=1)
def code_digest() -> bytes:
    """Of the library's own files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".json"):
            digest.update(path.read_bytes())
    return digest.digest()
