"""The engine: values in, values out. It knows no web framework, no database and no cluster."""
