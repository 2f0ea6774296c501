"""What a browser sees: a view loads, makes one call, renders."""
