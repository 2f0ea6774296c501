"""The database: the only room that knows SQLAlchemy. Tables, and the store that turns rows into values and back."""
