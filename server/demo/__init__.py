"""A fictional organisation with its past and present, built through the same doors as a real one."""
