"""Decode one picture and draw files of it: the program of the child process.

It is started by `process.py` with a folder and its limits, reads no setting and no environment, and
imports nothing of ours. On standard input comes one request a line, on standard output goes one answer
a line, both JSON; pictures are files in the folder. ADR 0067.

The first answer describes the picture; each request after that draws one file. An answer with `error`
is the last one.
"""

import base64
import contextlib
import json
import resource
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

SOURCE = "source"
PLACEHOLDER_PIXELS = 32
PLACEHOLDER_QUALITY = 40
# A tenth of the usual effort's time, for files a few per cent bigger. ADR 0039, 0067.
AVIF_SPEED = 9
# A picture of so many pixels is drawn from a copy of half its sides where that copy is still so many
# times as long as what is drawn.
LARGE_PIXELS = 8_000_000
HALVED_FROM = 1.5
_DRAWN_FILE_MAX_BYTES = 64 * 1024 * 1024
PALETTES = frozenset(["1", "P", "PA"])
_MOVING = ("AVIF", "GIF", "PNG", "WEBP")


class Refused(Exception):
    """Say with a code why a picture is not decoded."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.answer = {"error": code, **values}


def limit_resources(limits: dict[str, int]) -> None:
    """Bound the memory, processor time and files of this process."""
    memory, seconds = limits["memory_bytes"], limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_DRAWN_FILE_MAX_BYTES, _DRAWN_FILE_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_bounds(picture: Any, limits: dict[str, int]) -> None:
    """Refuse a picture by its head, before anything of it is unpacked."""
    width, height = picture.size
    if max(width, height) > limits["side_max_pixels"]:
        raise Refused("side", width=width, height=height)
    frames = getattr(picture, "n_frames", 1) if picture.format in _MOVING else 1
    if width * height * frames > limits["pixels_max"]:
        raise Refused("pixels", pixels=width * height * frames)
    profile = len(picture.info.get("icc_profile") or b"")
    if profile > limits["profile_max_bytes"]:
        raise Refused("profile", profile_bytes=profile)


class Decoded:
    """Hold the decoded picture, upright and with eight bits a channel."""

    def __init__(self, path: Path, *, limits: dict[str, int], formats: list[str]) -> None:
        from PIL import Image, ImageOps

        # Our own bounds are lower, and say which of them was passed.
        Image.MAX_IMAGE_PIXELS = None
        picture = Image.open(path, formats=formats)
        check_bounds(picture, limits)
        self.format = "JPEG" if picture.format == "MPO" else str(picture.format)
        self.size = picture.size
        picture.load()
        # What a camera wrote may be broken where the picture is not.
        with contextlib.suppress(Exception):
            ImageOps.exif_transpose(picture, in_place=True)
        self.pixels = in_eight_bits(picture)
        self._scaled: dict[str, Any] = {}
        self._half: Any = None

    def description(self, *, with_looks: bool) -> dict[str, Any]:
        """Return what the parent wants to know of the picture."""
        known = {"format": self.format, "size": self.size, "upright": self.pixels.size}
        if not with_looks:
            return known
        transparent = is_transparent(self.pixels)
        shown = "" if transparent else placeholder(self.pixels)
        return {**known, "is_transparent": transparent, "placeholder": shown}

    def draw(self, job: dict[str, Any], target: Path) -> dict[str, Any]:
        """Write one file, and return its size."""
        picture = self._in_size(job["crop"], job["size"])
        if job["background"] and picture.has_transparency_data:
            picture = on_background(picture, tuple(job["background"]))
        with target.open("w+b") as output:
            write(picture, output, job)
        return {"size": picture.size}

    def _in_size(self, crop: list[int], size: list[int]) -> Any:
        """Return the picture in one size; what was scaled is kept for the next format."""
        key = repr((crop, size))
        if key not in self._scaled:
            left, top, right, bottom = crop
            ratio = min((right - left) / size[0], (bottom - top) / size[1]) / 2
            is_large = self.pixels.width * self.pixels.height > LARGE_PIXELS
            if is_large and ratio >= HALVED_FROM:
                part = [side / 2 for side in crop]
                self._scaled[key] = scaled(self._halved(), crop=part, size=size)
            else:
                self._scaled[key] = scaled(self.pixels, crop=crop, size=size)
        return self._scaled[key]

    def _halved(self) -> Any:
        if self._half is None:
            picture = self.pixels
            # Without colours to mix, a picture with a palette cannot be scaled well.
            plain = in_colours(picture) if picture.mode in PALETTES else picture
            self._half = plain.reduce(2)
            self._half.info = dict(picture.info)
        return self._half


def in_eight_bits(picture: Any) -> Any:
    """Return a picture with eight bits a channel.

    JPEG, WebP and AVIF take no more, and Pillow cuts brighter values off instead of scaling them.
    """
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point([value / 256 for value in range(65536)], "L")
    return picture.convert("L") if picture.mode == "F" else picture


def is_transparent(picture: Any) -> bool:
    """Tell whether something shines through."""
    if not picture.has_transparency_data:
        return False
    alpha = picture if picture.mode in {"RGBA", "LA"} else picture.convert("RGBA")
    darkest, _brightest = alpha.getchannel("A").getextrema()
    return bool(darkest < 255)


def placeholder(picture: Any) -> str:
    """Return a very small copy as a data URI."""
    # thumbnail() would copy the whole picture first.
    longest = max(picture.size)
    width, height = (max(1, side * PLACEHOLDER_PIXELS // longest) for side in picture.size)
    plain = picture if picture.mode in {"RGB", "L", "CMYK"} else picture.convert("RGB")
    small = in_srgb(plain.resize((width, height), reducing_gap=2.0))
    target = BytesIO()
    small.convert("RGB").save(target, "WEBP", quality=PLACEHOLDER_QUALITY, method=6)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode()


def scaled(picture: Any, *, crop: Sequence[float], size: list[int]) -> Any:
    """Return a part of a picture in a size, in sRGB and without metadata."""
    from PIL.Image import Resampling

    left, top, right, bottom = crop
    box = (max(0, left), max(0, top), min(right, picture.width), min(bottom, picture.height))
    if all(float(side).is_integer() for side in box):
        part = picture.crop(tuple(int(side) for side in box))
        plain = in_colours(part) if picture.mode in PALETTES else part
        return in_srgb(plain.resize(tuple(size), Resampling.LANCZOS))
    return in_srgb(picture.resize(tuple(size), Resampling.LANCZOS, box=box))


def in_colours(picture: Any) -> Any:
    """Return a picture without a palette."""
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def in_srgb(picture: Any) -> Any:
    """Return a picture whose colours need no profile, and drop what else its file said."""
    profile = picture.info.get("icc_profile")
    if profile:
        picture = _converted(picture, profile)
    kept = picture.info.get("transparency")
    picture.info = {} if kept is None else {"transparency": kept}
    return picture


def _converted(picture: Any, profile: bytes) -> Any:
    from PIL import ImageCms

    plain = in_colours(picture) if picture.mode in PALETTES else picture
    alpha = plain.getchannel("A") if plain.mode in {"RGBA", "LA"} else None
    colours = plain.convert({"RGBA": "RGB", "LA": "L"}[plain.mode]) if alpha else plain
    try:
        drawn: Any = ImageCms.profileToProfile(
            colours,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # Broken, or of another kind of colours: what a browser would not understand either.
        return plain
    if alpha is not None:
        drawn.putalpha(alpha)
    drawn.info = {}
    return drawn


def on_background(picture: Any, colour: tuple[int, int, int]) -> Any:
    """Return a picture that nothing shines through any more."""
    from PIL import Image

    ground = Image.new("RGBA", picture.size, (*colour, 255))
    ground.alpha_composite(picture.convert("RGBA"))
    return ground.convert("RGB")


def write(picture: Any, output: Any, job: dict[str, Any]) -> None:
    """Write a picture in a format, as Willow writes it."""
    from PIL.Image import Palette

    options: dict[str, Any] = {}
    match job["format"]:
        case "avif":
            picture = picture.convert("RGB") if picture.mode == "CMYK" else picture
            lossless = {"quality": 100, "subsampling": "4:4:4"}
            options = lossless if job["is_lossless"] else {"quality": job["quality"]}
            options |= {"speed": AVIF_SPEED, "max_threads": 1}
        case "jpeg":
            if picture.has_transparency_data:
                picture = on_background(picture, (255, 255, 255))
            options = {"quality": job["quality"], "progressive": True, "optimize": True}
        case "png":
            picture = picture.convert("RGB") if picture.mode == "CMYK" else picture
            options = {"optimize": True}
        case "gif":
            if picture.mode not in {"L", "P"}:
                picture = picture.convert("P", palette=Palette.ADAPTIVE)
        case "webp":
            options = {"quality": job["quality"], "lossless": job["is_lossless"]}
    picture.save(output, job["format"].upper(), **options)


def work(folder: Path, order: dict[str, Any]) -> None:
    """Describe the picture in a folder, then draw what is asked for."""
    decoded = Decoded(folder / SOURCE, limits=order["limits"], formats=order["formats"])
    answer(decoded.description(with_looks=order["with_looks"]))
    for line in sys.stdin:
        job = json.loads(line)
        answer(decoded.draw(job, folder / job["name"]))


def answer(message: dict[str, Any]) -> None:
    """Send one answer."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what the command line says."""
    folder, order = Path(sys.argv[1]), json.loads(sys.argv[2])
    limit_resources(order["limits"])
    try:
        work(folder, order)
    except Refused as refused:
        answer(refused.answer)
    except MemoryError:
        answer({"error": "memory"})
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they stumble upon.
        answer({"error": "unreadable", "reason": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
