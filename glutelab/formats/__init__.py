"""Readers of raw exports, one family per file.

Any lab's recordings, by `glutelab.formats.read_recording`; each reader gives a
`Recording`: points, channels, plates and events in the file's own names, units and axes.

====================== ============================== ============================================
reader                 files                          what it gives
====================== ============================== ============================================
c3d                    C3D of any maker               markers, plates (force on the runner), joint
                                                      angles the maker computed, events; of Theia3D
                                                      angles and origins of the segment poses
trc                    TRC (Cortex, OpenSim, OpenCap) markers
opensim                ``.mot``, ``.sto``             joint angles, or plates
visual3d               ASCII export of Visual3D       angles in frames, or curves over the gait
                                                      cycle; targets, events
qualisys               TSV export of QTM              markers, events, and the plates beside them
running_injury_clinic  JSON of that data set          markers of running, walking or standing
plain                  CSV, TSV, Parquet; wide, long  channels: angles in frames, or curves over
                                                      the gait cycle, of one runner or many
====================== ============================== ============================================

Others, with a result of their own:

====================== ============================== ============================================
rbds                   raw RBDS text                  `MarkerFrames`, `ForceFrames`, runners
bmc_ric                the BMC-RIC stride files       curves of 101 points, runners
sheet                  tables of runners and trials   a table (text, Excel, Parquet) and its units
                                                      (`SheetTable`)
gas_exchange           metabolic carts, any table     breaths (`GasExchange`)
====================== ============================== ============================================

What they share: ``content`` (bytes, unpacked), ``text`` (lines, cells), ``numbers``, ``units``,
``event_names``, ``table`` (one header row), ``parquet``, ``workbook``, ``named_columns``.
"""

from glutelab.formats.recognize import read_recording
from glutelab.lazy import modules_of

__all__ = ["read_recording"]

__getattr__ = modules_of(__name__)
