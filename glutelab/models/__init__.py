"""Models of running economy: associations between and within runners, and their doubts."""
