"""Print what each kind of picture takes: seconds and growth of the web process, and what came of it.

Each picture is uploaded through the admin's form in a process of its own, so that what one leaves in
memory is not counted for the next.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SETTINGS = {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "IMAGE_RENDITION_AVIF": "true"}


def main() -> None:
    """Measure every picture, or the one that is named; a named one prints a line of JSON."""
    if len(sys.argv) > 1:
        _say(json.dumps(measured(sys.argv[1])))
        return
    _say(f"{'picture':<20}{'KB':>8}{'seconds':>9}{'+MB':>6}{'child MB':>10}  outcome")
    with tempfile.TemporaryDirectory() as folder:
        empty, used = Path(folder, "empty.sqlite3"), Path(folder, "used.sqlite3")
        _run("manage.py", "migrate", database=empty)
        for name in names():
            shutil.copy(empty, used)
            row = json.loads(_run("-m", "tests.bench.pictures", name, database=used))
            _say(
                f"{name:<20}{row['bytes'] / 1000:>8.0f}{row['seconds']:>9.2f}{row['grown_mb']:>6.0f}"
                f"{row['child_mb']:>10.0f}  {row['outcome']}"
            )


def _run(*arguments: str, database: Path) -> str:
    """Run Python on a database, and return the last line that it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **SETTINGS, "DATABASE_URL": f"sqlite:///{database}"},
    )
    return done.stdout.splitlines()[-1]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def names() -> list[str]:
    """Return the names of the pictures, those that are refused first."""
    os.environ.update(SETTINGS)
    import django

    django.setup()
    from tests.content.test_picture_limits import ACCEPTED, HEAVY, REFUSED

    return [*REFUSED, *ACCEPTED, *HEAVY, "photograph"]


def measured(name: str) -> dict[str, Any]:
    """Upload one picture and return what that took."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client, override_settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        client = Client()
        client.force_login(User.objects.create_superuser("editor"))
        client.get("/admin/images/add/")
        file_name, content = picture(name)
        # What reading and drawing load once is loaded before.
        _post(client, SimpleUploadedFile(*picture("one pixel")))
        upload = SimpleUploadedFile(file_name, content)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, started = _kilobytes("VmRSS"), time.perf_counter()
        outcome = _post(client, upload)
        seconds = time.perf_counter() - started
    return {
        "bytes": len(content),
        "seconds": seconds,
        "grown_mb": (_kilobytes("VmHWM") - before) / 1000,
        "child_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
        "outcome": outcome,
    }


def picture(name: str) -> tuple[str, bytes]:
    """Return the file name and content of a picture."""
    from tests.content.test_drawing import noise, stored
    from tests.content.test_picture_limits import ACCEPTED, HEAVY, REFUSED

    if name == "photograph":
        return "x.jpg", stored(noise(size=(4000, 3000)), name="x.jpg", quality=80).read()
    made: Any = {**REFUSED, **ACCEPTED, **HEAVY}[name]
    return made[0], made[1]()


def _post(client: Any, upload: Any) -> str:
    values = {"title": "X", "collection": 1, "tags": "", "file": upload}
    answer = client.post("/admin/images/add/", values)
    if answer.status_code == 302:
        return "taken"
    return "refused: " + " ".join(answer.context["form"].errors["file"])[:60]


def _kilobytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0])


if __name__ == "__main__":
    main()
