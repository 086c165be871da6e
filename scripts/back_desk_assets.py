"""What the back desk loads, cut down to what its pages use, and the dashboard's face for figures.

Unfold brings 3,800 icons in 292 KB, a face of its own in 112 KB a weight, and styles for pages
that we do not have; JetBrains Mono brings ligatures and weights that nobody sees here. This writes
the icons that the rail and Unfold's templates name, our faces with the letters and weights in use,
and the styles whose classes are in use.
Run it after a change of the rail, of a class, or of Unfold's version:

    .venv/bin/python -m scripts.back_desk_assets

Tests compare what the pages use with what is written here.
"""

import re
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import django
import unfold
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from aivideo_project.admin_look import NAVIGATION
from scripts.stylesheet import without

ROOT = Path(__file__).resolve().parent.parent
FACES = ROOT / "static" / "vendor" / "fonts"
OWN = ROOT / "static" / "back-desk"
DASHBOARD = ROOT / "static" / "fonts"
UNFOLD = Path(unfold.__file__).parent
PAGES = (".html", ".js")
STYLES = "unfold/css/styles.css"
ICONS = "unfold/fonts/material-symbols/Material-Symbols-Outlined.woff2"
# Of the letters: Latin-1, Œ, quotation marks, dashes, arrows and currency, as people write here.
LETTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x131, 0x152, 0x153, 0x2BB, 0x2BC, 0x2C6, 0x2DA, 0x2DC, 0x20AC, 0x2122),
    *range(0x2000, 0x2070),
    *(0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2215),
]
FIGURES = [*range(0x20, 0x7F), 0x2013, 0x2026]
# What stands in the element of an icon; a template may choose between several names there.
SPOKEN = re.compile(r"material-symbols-outlined[^>]*>(.*?)</", re.DOTALL)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>?", re.DOTALL)


def main() -> None:
    OWN.mkdir(exist_ok=True)
    DASHBOARD.mkdir(exist_ok=True)
    mono = "jetbrains-mono-latin-wght-normal"
    _face("inter-latin-wght-normal", OWN / "inter", letters=LETTERS, weights=(400, 650))
    _face(mono, OWN / "mono", letters=FIGURES, weights=(400, 400))
    _face(mono, DASHBOARD / "jetbrains-mono", letters=LETTERS, weights=(400, 600))
    _icons(sorted(icons_in_use()))
    _styles()


def icons_in_use() -> set[str]:
    """The names of all icons that the rail and Unfold's templates may show."""
    names = {item["icon"] for room in NAVIGATION for item in room["items"]}
    pages = [*(UNFOLD / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.html")]
    for page in pages:
        for said in SPOKEN.findall(page.read_text(encoding="utf-8")):
            names |= set(re.findall(r"[a-z0-9_]+", TAGS.sub(" ", said)))
    return names


def words_in_use() -> set[str]:
    """Every word of what makes the back desk's pages; all classes in use are among them."""
    rooms = [
        UNFOLD / "templates",
        UNFOLD / "static" / "unfold" / "js",
        ROOT / "templates" / "admin",
    ]
    files = [file for room in rooms for file in room.rglob("*.*") if file.suffix in PAGES]
    files += [*UNFOLD.glob("*.py"), *(UNFOLD / "templatetags").glob("*.py")]
    files += (ROOT / "generation" / "desk").glob("*.py")
    for kind in ("templates", "static/admin/js"):
        files += (Path(django.__file__).parent / "contrib" / "admin" / kind).rglob("*.*")
    said = " ".join(file.read_text(encoding="utf-8", errors="ignore") for file in files)
    # A class may hold brackets and commas, as in content-[attr(data-label)]; code may stand close.
    return set(re.split(r"[\s\"'`{}<>]+", said)) | set(re.split(r"[\s\"'`{}()<>,]+", said))


def _styles() -> None:
    whole = (UNFOLD / "static" / STYLES).read_text(encoding="utf-8")
    target = ROOT / "static" / STYLES
    target.parent.mkdir(parents=True, exist_ok=True)
    head = f"/* django-unfold {version('django-unfold')}, MIT, without the classes not in use */\n"
    target.write_text(head + without(whole, words=words_in_use()) + "\n", encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")


def _face(source: str, target: Path, *, letters: list[int], weights: tuple[int, int]) -> None:
    font = TTFont(FACES / f"{source}.woff2", recalcTimestamp=False)
    low, high = weights
    font = instantiateVariableFont(font, {"wght": low if low == high else (low, high)})
    # Written and read again: the subsetter wants every table as it stands in a file.
    whole = BytesIO()
    font.save(whole)
    whole.seek(0)
    features = ["kern", "tnum", "cv05", "ss03", "ccmp", "mark", "mkmk", "locl"]
    _save(
        TTFont(whole, recalcTimestamp=False),
        target.with_suffix(".woff2"),
        unicodes=letters,
        features=features,
    )


def _icons(names: list[str]) -> None:
    """An icon is a ligature of its name's letters: both stay, and no other ligature."""
    whole = TTFont(UNFOLD / "static" / ICONS, recalcTimestamp=False)
    drawn = _ligatures(whole)
    missing = [name for name in names if name not in drawn]
    if missing:
        raise SystemExit(f"No such icon: {', '.join(missing)}")
    letters = {whole.getBestCmap()[ord(letter)] for name in names for letter in name}
    target = ROOT / "static" / ICONS
    target.parent.mkdir(parents=True, exist_ok=True)
    glyphs = sorted(letters | {drawn[name] for name in names})
    _save(whole, target, glyphs=glyphs, features=["rlig"])
    target.with_name("icons.txt").write_text("\n".join(names) + "\n", encoding="utf-8")


def _ligatures(font: TTFont) -> dict[str, str]:
    """The glyph of each icon by the icon's name."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    drawn = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, rest in getattr(table, "ExtSubTable", table).ligatures.items():
                for one in rest:
                    parts = [first, *one.Component]
                    drawn["".join(letters.get(part, "?") for part in parts)] = one.LigGlyph
    return drawn


def _save(
    font: TTFont,
    target: Path,
    *,
    features: list[str],
    unicodes: list[int] | None = None,
    glyphs: list[str] | None = None,
) -> None:
    options = Options(
        flavor="woff2", layout_features=features, layout_closure=glyphs is None, hinting=False
    )
    cut = Subsetter(options)
    cut.populate(unicodes=unicodes or [], glyphs=glyphs or [])
    cut.subset(font)
    font.flavor = "woff2"
    font.save(target)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
