"""What every comparison of runners needs, whether of single measures or of whole curves.

Which rows count, who belongs to which group, what is adjusted for, and what has to be said beside
the number.
"""
