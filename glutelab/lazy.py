"""Names that are imported when they are first used, so that ``import glutelab`` costs nothing."""

import difflib
import importlib
import sys
from collections.abc import Callable, Mapping


def attach(module: str, homes: Mapping[str, str]) -> tuple[Callable, Callable, list[str]]:
    """``__getattr__``, ``__dir__`` and ``__all__`` of a module whose names live elsewhere.

    Parameters
    ----------
    module
        ``__name__`` of the module.
    homes
        Public name to ``module:attribute`` below ``glutelab``; without ``:attribute`` the name
        itself.
    """
    names = sorted(homes)

    def get(name: str):
        if name not in homes:
            close = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise AttributeError(f"module {module!r} has no attribute {name!r}.{hint}")
        home, _, attribute = homes[name].partition(":")
        value = getattr(importlib.import_module(f"glutelab.{home}"), attribute or name)
        setattr(sys.modules[module], name, value)
        return value

    return get, lambda: list(names), names
