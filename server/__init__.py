"""The only package that knows HTTP, time, mail and scheduling."""
