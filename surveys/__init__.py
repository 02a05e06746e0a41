"""The domain and its storage."""
