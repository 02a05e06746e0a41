"""Tables, by concern."""
