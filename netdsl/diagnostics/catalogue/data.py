"""E8xx: the images that a network is trained on, and whether they suit it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code, Severity

UNKNOWN_DATA = Code(
    "E801",
    "no such data",
    "`--data` takes a folder of images or of parquet files, a `.npz` or `.parquet` file, or the name of a "
    "set: cifar10, cifar100, mnist, fashion_mnist, svhn (downloaded once) or shapes (drawn on the spot).",
    "netdsl train lenet5 --data cifar-ten",
    "netdsl train lenet5 --data cifar10",
    "command",
)

UNREADABLE_DATA = Code(
    "E802",
    "the data can't be read",
    "The folder or file is there but reading it failed: mostly its permissions forbid it, or the disk or "
    "network drive it lies on does not answer.",
    "netdsl train lenet5 --data /root/images",
    "netdsl train lenet5 --data ~/images",
    "command",
)

NO_CLASSES = Code(
    "E803",
    "the folder is no tree of classes",
    "A folder of images has one folder a class, with that class's images in it; the classes stand in "
    "`train/` and `test/` (and `val/`, where there is one), or directly in the folder.",
    "images/\n    0001.jpg\n    0002.jpg\n",
    "images/\n    train/\n        cat/\n            0001.jpg\n        dog/\n            0002.jpg\n",
    "command",
)

EMPTY_CLASS = Code(
    "E804",
    "class without images",
    "A class's folder holds no image (.jpg, .jpeg, .png, .bmp, .gif, .webp, .tif, .tiff, .ppm, .pgm), so the "
    "network could never learn it. Remove the folder, or put the images in.",
    "images/\n    train/\n        cat/\n            0001.jpg\n        dog/\n",
    "images/\n    train/\n        cat/\n            0001.jpg\n        dog/\n            0002.jpg\n",
    "command",
)

CORRUPT_IMAGE = Code(
    "E805",
    "image that can't be decoded",
    "The file is no image, or is cut short. Replace it, or leave such images out with `corrupt_images: skip` "
    "in the recipe or `--corrupt-images skip`.",
    "netdsl train lenet5 --data images",
    "netdsl train lenet5 --data images --corrupt-images skip",
    "command",
)

SIZES_DIFFER = Code(
    "E806",
    "images of differing sizes",
    "A network takes images of one size. Bring them to it with `resize` in the recipe or `--resize`: one "
    "number for a square, or [height, width].",
    "netdsl train lenet5 --data photos",
    "netdsl train lenet5 --data photos --resize 32",
    "command",
)

BROKEN_ARRAYS = Code(
    "E807",
    "the .npz file can't be read",
    "The file is no NumPy archive, is cut short, or holds Python objects, which are never loaded. Write it "
    "with `numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)` from plain arrays.",
    "netdsl train lenet5 --data digits.npy",
    "netdsl train lenet5 --data digits.npz",
    "command",
)

WRONG_ARRAYS = Code(
    "E808",
    "the .npz file's arrays are not images and labels",
    "Images are uint8 arrays (images, height, width), with the channels last or before the height where "
    "there are several; labels are whole numbers from 0, one an image. The names are x_train, y_train, "
    "x_val, y_val, x_test, y_test, or train_images, train_labels and so on; the val and test pairs may lack.",
    "numpy.savez('digits.npz', x=images, y=labels)",
    "numpy.savez('digits.npz', x_train=images, y_train=labels)",
    "command",
)

DOWNLOAD_FAILED = Code(
    "E809",
    "the set can't be downloaded",
    "The named set is not in the data folder yet and fetching it failed. Check the connection, or put the "
    "files there by hand and name their folder with `--data-dir`. `--data shapes` needs no download.",
    "netdsl train lenet5 --data cifar10",
    "netdsl train lenet5 --data cifar10 --data-dir ~/datasets",
    "command",
)

SHAPE_MISMATCH = Code(
    "E810",
    "the network's input and the images differ",
    "The net declares an input of another shape than the images have. Change the net's input, or bring the "
    "images to it with `resize` and `channels`.",
    "netdsl train lenet5 --data mnist",
    "netdsl train lenet5 --data mnist --resize 32 --channels 3",
    "command",
)

TOO_FEW_OUTPUTS = Code(
    "E811",
    "the network has fewer outputs than the data has classes",
    "A classifier gives one number a class. Make the last layer as wide as there are classes, by the net's "
    "parameter where it has one.",
    "netdsl train lenet5 --data cifar100",
    "netdsl train lenet5 --data cifar100 --set classes=100",
    "command",
)

VALIDATION_TOO_LARGE = Code(
    "E812",
    "no training images are left after the validation split",
    "`validation` sets aside as many images as there are, or more. Give a smaller number, or a fraction.",
    "netdsl train lenet5 --data cifar10 --validation 50000",
    "netdsl train lenet5 --data cifar10 --validation 5000",
    "command",
)

CLASSES_DIFFER = Code(
    "E813",
    "a class that the training images lack",
    "The test or validation part has a class that the training part has not: the network could never be "
    "right about it. Mostly a folder is misspelt in one of them.",
    "images/\n    train/\n        cat/\n            1.jpg\n    test/\n        cats/\n            2.jpg\n",
    "images/\n    train/\n        cat/\n            1.jpg\n    test/\n        cat/\n            2.jpg\n",
    "command",
)

FORWARD_FAILED = Code(
    "E814",
    "the network can't take the images",
    "Run on a few of the images, the network raised an error or gave something else than one row of numbers "
    "an image. Mostly it was made for images of another size.",
    "netdsl train lenet5 --data photos",
    "netdsl train lenet5 --data photos --resize 32",
    "command",
)

WRONG_STATISTICS = Code(
    "E815",
    "the normalization has another number of channels",
    "`mean` and `std` hold one number a channel: one for grey images, three for RGB.",
    "normalization: {mean: [0.5], std: [0.25, 0.25]}\n",
    "normalization: {mean: [0.5], std: [0.25]}\n",
    "command",
)

TOO_LARGE = Code(
    "E816",
    "the images don't fit in memory",
    "Decoded, the images take more memory than is available. Stream a folder's images from disk with "
    "`storage: stream` in the recipe or `--storage stream`, or make them smaller with `resize`.",
    "netdsl train vgg16 --data photos --storage memory",
    "netdsl train vgg16 --data photos --storage stream",
    "command",
)

MISSING_READER = Code(
    "E817",
    "a library for reading the data is missing",
    "These images come in a file format whose reader is no part of a plain installation. The extras bring "
    "them: `netdsl[svhn]` for svhn, `netdsl[parquet]` for parquet files.",
    "netdsl train lenet5 --data svhn",
    "pip install 'netdsl[svhn]' && netdsl train lenet5 --data svhn",
    "command",
)

COLOUR_AMONG_GREY = Code(
    "E818",
    "colour image among grey ones",
    "Images that are streamed from disk are taken for grey ones where the first is grey, and this one is "
    "not. Say which is meant with `channels` in the recipe or `--channels`: 3 for RGB, 1 for grey.",
    "netdsl train lenet5 --data photos --storage stream",
    "netdsl train lenet5 --data photos --storage stream --channels 3",
    "command",
)

WORKER_ENDED = Code(
    "E819",
    "a process that decodes images has ended",
    "Streamed images are decoded by processes of their own, and the system stopped one: mostly memory has "
    "run out, or the shared memory of a container. Use fewer with `workers` in the recipe or `--workers`.",
    "netdsl train vgg16 --data photos --storage stream --workers 64",
    "netdsl train vgg16 --data photos --storage stream --workers 4",
    "command",
)

BROKEN_PARQUET = Code(
    "E820",
    "the parquet file can't be read",
    "The file is no parquet file, or is cut short. Fetch or write it anew.",
    "netdsl train lenet5 --data images.csv.parquet",
    "netdsl train lenet5 --data train-00000-of-00001.parquet",
    "command",
)

WRONG_PARQUET = Code(
    "E821",
    "the parquet file's columns are not images and labels",
    "One column holds encoded images (a struct with `bytes`, as Hugging Face datasets have it, or plain "
    "bytes), another one whole numbers from 0, called `label` or the like. A folder's files are named "
    "train*.parquet, and validation*.parquet and test*.parquet if any; all have the same classes.",
    "photos/\n    part-0.parquet\n",
    "photos/\n    train-0.parquet\n    test-0.parquet\n",
    "command",
)

WRONG_SUBSET = Code(
    "E822",
    "the subset has no images, or more than there are",
    "`subset` trains on some of the training images: at least one, and no more than are left once the "
    "validation images are set aside.",
    "netdsl train lenet5 --data cifar10 --subset 60000",
    "netdsl train lenet5 --data cifar10 --subset 5000",
    "command",
)

WRONG_WEIGHTS = Code(
    "E823",
    "the sampling weights don't suit the classes",
    "`sampling_weights` is a list with a number for each of the data's classes, and at least one class that "
    "has training images weighs more than 0.",
    "netdsl train lenet5 --data cifar10 --sampling-weights '[1, 2]'",
    "netdsl train lenet5 --data cifar10 --sampling-weights balanced",
    "command",
)

TOO_FEW_TO_DRAW = Code(
    "E824",
    "more images an epoch than can be drawn",
    "Without replacement no image is drawn twice, so an epoch has at most as many images as there are with "
    "a weight above 0. Ask for fewer with `samples_per_epoch`, or set `replacement: true`.",
    "sampling_weights: balanced\nreplacement: false\nsamples_per_epoch: 1000000\n",
    "sampling_weights: balanced\nreplacement: true\nsamples_per_epoch: 1000000\n",
    "command",
)

IMAGE_SKIPPED = Code(
    "W801",
    "image left out",
    "An image could not be decoded and `corrupt_images: skip` leaves it out.",
    "images/train/cat/0001.jpg    (cut short)\n",
    "images/train/cat/0001.jpg\n",
    "command",
    Severity.WARNING,
)

ALL: tuple[Code, ...] = (
    UNKNOWN_DATA,
    UNREADABLE_DATA,
    NO_CLASSES,
    EMPTY_CLASS,
    CORRUPT_IMAGE,
    SIZES_DIFFER,
    BROKEN_ARRAYS,
    WRONG_ARRAYS,
    DOWNLOAD_FAILED,
    SHAPE_MISMATCH,
    TOO_FEW_OUTPUTS,
    VALIDATION_TOO_LARGE,
    CLASSES_DIFFER,
    FORWARD_FAILED,
    WRONG_STATISTICS,
    TOO_LARGE,
    MISSING_READER,
    COLOUR_AMONG_GREY,
    WORKER_ENDED,
    BROKEN_PARQUET,
    WRONG_PARQUET,
    WRONG_SUBSET,
    WRONG_WEIGHTS,
    TOO_FEW_TO_DRAW,
    IMAGE_SKIPPED,
)
