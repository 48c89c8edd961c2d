"""Import an archive and be killed on the way.

`python -m tests.publishing.archives.dying FILE WHAT NUMBER`
"""

import os
import signal
import sys
from pathlib import Path

import django


def main(archive: str, what: str, number: str) -> None:
    """Take it in; die without a word once `number` of `what` are done."""
    django.setup()
    from cms.publishing.archive import reading

    reading.BATCH = 2

    def progress(doing: str, done: int, _of: int) -> None:
        if doing == what and done >= int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    reading.import_from(Path(archive), is_new_epoch=False, progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
