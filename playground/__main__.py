"""``python -m playground``: the command line, as launchers of several processes start it."""

from playground.app.cli import main

if __name__ == "__main__":
    main()
