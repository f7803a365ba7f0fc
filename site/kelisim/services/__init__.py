"""The verbs of the house: plain functions from values to values, one write transaction each."""
