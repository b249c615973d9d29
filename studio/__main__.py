"""The command `studio`, also as `python -m studio`.

Nothing else is loaded with this module: each worker process loads its parent's main module once more.
"""


def run() -> None:
    """Entry point of the command."""
    from studio.main import run as run_command  # noqa: PLC0415 - see above

    run_command()


if __name__ == "__main__":
    run()
