"""Properties are checked without a time limit for each example: a busy machine is not a fault of the code."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
