"""Hand drawn stills to ffmpeg: raw files in a folder, each looped in memory by the filter."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

# One colour matrix from the drawing to the player, or reds and greens shift on the way.
YUV = "format=pix_fmts=yuv420p:color_spaces=bt709:color_ranges=tv"
_YUV_CLEAR = "format=pix_fmts=yuva420p:color_spaces=bt709:color_ranges=tv"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One still as ffmpeg reads it; `place` is the overlay position (expressions in n, t),
    `effect` a filter of the looped still."""

    path: Path
    pixels: str
    width: int
    height: int
    place: str = "0:0"
    effect: str = ""

    def input_args(self) -> list[str]:
        size = f"{self.width}x{self.height}"
        return ["-f", "rawvideo", "-pix_fmt", self.pixels, "-s", size, "-i", str(self.path)]


def save_layer(
    image: Image.Image, folder: Path, name: str, *, place: str = "0:0", effect: str = ""
) -> Layer:
    """Write `image` (RGB or RGBA) unpacked: quicker for both sides than PNG."""
    path = folder / f"{name}.raw"
    path.write_bytes(image.tobytes())
    pixels = "rgba" if image.mode == "RGBA" else "rgb24"
    return Layer(
        path=path,
        pixels=pixels,
        width=image.width,
        height=image.height,
        place=place,
        effect=effect,
    )


def compose(layers: list[Layer], *, base: str) -> str:
    """The filter graph: `base` moves input 0, the others lie over it in order, out is [out].

    Every overlay is converted to YUV once, before its loop, not once a frame.
    """
    parts = [f"[0:v]{base}[v0]"]
    for number, layer in enumerate(layers[1:], start=1):
        hold = f"{_YUV_CLEAR},loop=loop=-1:size=1:start=0"
        effect = f",{layer.effect}" if layer.effect else ""
        parts.append(f"[{number}:v]{hold}{effect}[l{number}]")
        place = layer.place
        parts.append(
            f"[v{number - 1}][l{number}]overlay={place}:shortest=0:eof_action=repeat[v{number}]"
        )
    return ";".join(parts) + f";[v{len(layers) - 1}]null[out]"
