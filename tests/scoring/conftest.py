"""Properties of this room are judged by what they find, not by how long one example takes on a busy machine."""

from hypothesis import settings

settings.register_profile("scoring", deadline=None)
settings.load_profile("scoring")
