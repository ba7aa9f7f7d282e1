"""The file trees of machine images: DIR/images/<ami-id>/ contains what a bake wrote on top of the base root.

An image baked from another baked image contains its parent's files too, so that each image is independent and images can be
deregistered in any order.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

OPAQUE = "trusted.overlay.opaque"


class Images:
    def __init__(self, run_dir: Path) -> None:
        self.folder = run_dir / "images"
        self.retired = run_dir / "retired-images"
        self.folder.mkdir(parents=True)
        self.retired.mkdir()

    def layers(self, image_id: str, base: Path) -> tuple[list[Path], list[Path]]:
        """The lower layers of / and of /usr for an instance of this image, without the base's own /usr."""
        tree = self.folder / image_id
        if not tree.is_dir():
            return [base], []
        return [tree, base], [tree / "usr"] if (tree / "usr").is_dir() else []

    def freeze(self, instance_home: Path, parent_id: str, image_id: str) -> None:
        """Creates the image `image_id` from what a stopped instance of `parent_id` wrote."""
        tree = self.folder / image_id
        if (self.folder / parent_id).is_dir():
            _copy(self.folder / parent_id, tree)
        tree.mkdir(exist_ok=True)
        merge_layer(instance_home / "upper", tree)
        if any((instance_home / "usr-upper").iterdir()):
            (tree / "usr").mkdir(exist_ok=True)
            merge_layer(instance_home / "usr-upper", tree / "usr")

    def copy(self, source_id: str, image_id: str) -> None:
        if (self.folder / source_id).is_dir():
            _copy(self.folder / source_id, self.folder / image_id)

    def deregister(self, image_id: str, in_use: bool) -> None:
        """Removes an image. Instances that still run from it keep their files until `forget_retired`."""
        tree = self.folder / image_id
        if not tree.is_dir():
            return
        if in_use:
            tree.rename(self.retired / image_id)
        else:
            shutil.rmtree(tree)

    def forget_retired(self, in_use: set[str]) -> None:
        for tree in self.retired.iterdir():
            if tree.name not in in_use:
                shutil.rmtree(tree)


def merge_layer(upper: Path, tree: Path) -> None:
    """Copies an overlay's upper layer into `tree` as the kernel would show it: whiteouts hide the files below."""
    for entry in os.scandir(upper):
        target = tree / entry.name
        if entry.is_dir(follow_symlinks=False) and not _is_opaque(entry.path) and _is_plain_folder(target):
            shutil.copystat(entry.path, target)
            os.chown(target, entry.stat().st_uid, entry.stat().st_gid)
            merge_layer(Path(entry.path), target)
            continue
        _delete(target)
        _copy(Path(entry.path), target)


def _copy(source: Path, target: Path) -> None:
    """Copies owners, modes and extended attributes too. Whiteouts are kept, since they still hide files of the base root."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def _is_opaque(path: str) -> bool:
    return OPAQUE in os.listxattr(path, follow_symlinks=False)


def _is_plain_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _delete(path: Path) -> None:
    if _is_plain_folder(path):
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
