"""What a net is called, from the name of what it was."""

from __future__ import annotations

import re


def net_name(name: str) -> str:
    """A name in CapWords for a net: `resnet18` is ResNet18."""
    if name != name.lower():
        return re.sub(r"\W", "", name[:1].upper() + name[1:])
    spelt = {"resnet": "ResNet", "vgg": "VGG", "densenet": "DenseNet", "mobilenet": "MobileNet"}
    spelt |= {
        "squeezenet": "SqueezeNet",
        "googlenet": "GoogLeNet",
        "alexnet": "AlexNet",
        "mnasnet": "MNASNet",
    }
    spelt |= {"shufflenet": "ShuffleNet", "efficientnet": "EfficientNet", "regnet": "RegNet", "mf": "MF"}
    spelt |= {"convnext": "ConvNeXt", "resnext": "ResNeXt", "bn": "BN", "unet": "UNet", "lenet": "LeNet"}
    made = ""
    for part in re.findall(r"[a-z]+|\d+", name):
        made += ("_" if part.isdigit() and made[-1:].isdigit() else "") + spelt.get(part, part.capitalize())
    return made if made[:1].isalpha() else f"Net{made}"
