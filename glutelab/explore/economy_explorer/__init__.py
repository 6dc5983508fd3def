"""Posture and running economy, choice by choice: what one model finds, and what others would."""

from glutelab.explore.economy_explorer.explorer import EconomyExplorer

__all__ = ["EconomyExplorer"]
