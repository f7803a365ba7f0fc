"""How it is kept: the engine, the tables, the rules the database itself enforces."""
