"""Published and exactly computed values that the statistics must reproduce."""
