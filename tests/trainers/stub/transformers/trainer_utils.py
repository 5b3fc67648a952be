"""See __init__.py."""
import os


def get_last_checkpoint(folder):
    found = sorted(name for name in os.listdir(folder) if name.startswith("checkpoint-"))
    return os.path.join(folder, found[-1]) if found else None
