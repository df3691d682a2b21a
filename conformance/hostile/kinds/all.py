"""Every kind by its name."""

from __future__ import annotations

from conformance.hostile.kind import Kind
from conformance.hostile.kinds.arrays import Arrays
from conformance.hostile.kinds.configurations import Configurations
from conformance.hostile.kinds.folders import Folders
from conformance.hostile.kinds.onnx_files import OnnxFiles
from conformance.hostile.kinds.tensors import Tensors
from conformance.hostile.kinds.texts import Texts
from conformance.hostile.kinds.yaml_files import Experiments, Recipes

KINDS: dict[str, type[Kind]] = {
    each.name: each
    for each in (Texts, Configurations, Recipes, Experiments, Arrays, Tensors, Folders, OnnxFiles)
}
