"""Names that are imported when they are first used, so that ``import glutelab`` costs nothing."""

import difflib
import importlib
import importlib.util
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


def module_of(package: str, name: str):
    """A module of a package, imported if need be; None if there is none of that name."""
    whole = f"{package}.{name}"
    if name.startswith("_") or importlib.util.find_spec(whole) is None:
        return None
    return importlib.import_module(whole)


def modules_of(package: str) -> Callable:
    """``__getattr__`` of a package whose modules are imported when they are first used."""

    def get(name: str):
        module = module_of(package, name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}.")
        return module

    return get
