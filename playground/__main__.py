"""The command line: ``playground``, and ``python -m playground``, as launchers of several processes start it.

Where a package is missing that every command needs, it says so, and lets the doctor look all the same.
"""

import sys


def main() -> None:
    """Run one command, as `playground.app.cli.main` does."""
    try:
        from playground.app.cli import main as run
    except ImportError as error:
        if sys.argv[1:2] != ["doctor"]:
            sys.stderr.write(f"playground: {error.name or error} is missing; run: playground doctor\n")
            raise SystemExit(2) from None
        from playground.app.doctor_command import doctor

        doctor(offline="--offline" in sys.argv)
    else:
        run()


if __name__ == "__main__":
    main()
