"""The simulator of N1: the real rules of the server on one side of a pipe, the real phone on the other."""
