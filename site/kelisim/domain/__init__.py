"""The law of the house: pure rules and values. No Flask, database, forms, clock, randomness or environment."""
