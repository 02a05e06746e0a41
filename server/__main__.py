"""`python -m server` is `sightline`."""

from server.cli import main

if __name__ == "__main__":
    main()
