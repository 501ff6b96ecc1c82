"""The pages of enclosures lie beside the templates while a packet is set, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lenitive.documents.typesetting import _with_pictures


def test_pictures_lie_beside_the_templates(tmp_path: Path) -> None:
    folder = _with_pictures(tmp_path / "set", {"document-1-1.png": b"picture"})
    assert (folder / "document-1-1.png").read_bytes() == b"picture"
    assert (folder / "packet.typ").exists()


@pytest.mark.parametrize("name", ["../out.png", "/tmp/out.png", "deep/out.png", ".."])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="bare name"):
        _with_pictures(tmp_path / "set", {name: b"picture"})
    assert not (tmp_path / "out.png").exists()
