"""Keys that are typed in an explorer belong to the explorer.

JupyterLab takes arrows and single letters for itself, wherever they are typed outside a text: an
arrow in a list of runners moves on to another cell, "d d" deletes the one above. It leaves alone
what carries ``data-lm-suppress-shortcuts``. With Ctrl, Alt or Cmd they stay JupyterLab's own.
"""

from __future__ import annotations

import anywidget

__all__ = ["Keys"]

ROOT = "glutelab-explorer"


class Keys(anywidget.AnyWidget):
    """Nothing to see: lets controls of an explorer have their keys, once per page."""

    _esm = f"""
function listen({{ target, key, ctrlKey, metaKey, altKey, shiftKey }}) {{
  if (!(target instanceof Element && target.closest(".{ROOT}"))) return;
  const lab = ctrlKey || metaKey || altKey || key === "Escape" || (shiftKey && key === "Enter");
  // JupyterLab asks the element that has the focus, before any around it.
  if (lab) delete target.dataset.lmSuppressShortcuts;
  else target.dataset.lmSuppressShortcuts = "true";
}}
export default {{
  render() {{
    if (globalThis.glutelabKeys) return;
    globalThis.glutelabKeys = true;
    window.addEventListener("keydown", listen, true); // before JupyterLab, which asks the document
  }},
}};
"""
