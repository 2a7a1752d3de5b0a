#!/usr/bin/env python3
"""Makes the reference losses that the networks' tests compare with.

The networks of chapters 15 and 18 once more, in PyTorch: the same initial
weights and the same batches, reproduced from the seed in numpy, then 20 steps
of Adam.  Writes mlp.csv, binary.csv and mnist-cnn.csv beside this file.

Nothing in the book needs this script; it says where the numbers come from.
    apt-get install python3-torch python3-numpy dataset-fashion-mnist
    python3 tests/reference/make_losses.py
"""
import gzip
import os

import numpy as np
import torch

SEED = 1      # the programs' default: weights from SEED, data from SEED + 1
STEPS = 20
DATA = os.environ.get("COOKBOOK_DATA", "/usr/share/datasets/fashion-mnist")
HERE = os.path.dirname(os.path.abspath(__file__))


class Rng:
    """common/rng.h: SplitMix64.  The n-th number depends on seed + n alone."""

    def __init__(self, seed):
        self.seed, self.drawn = np.uint64(seed), 0

    def next(self, count):
        n = np.arange(self.drawn + 1, self.drawn + count + 1, dtype=np.uint64)
        self.drawn += count
        with np.errstate(over="ignore"):
            z = self.seed + n * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def uniform(self, count, lo, hi):
        unit = (self.next(count) >> np.uint64(40)).astype(np.float64) * 2.0**-24
        return (lo + (hi - lo) * unit).astype(np.float32)

    def below(self, count, bound):
        high = self.next(count) >> np.uint64(32)
        return ((high * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)


def he_uniform(rng, shape):
    """A weight matrix (fan_in, units), or filters [KH, KW, IC, OC]."""
    bound = np.sqrt(6.0 / np.prod(shape[:-1]))
    return rng.uniform(int(np.prod(shape)), -bound, bound).reshape(shape)


def dense(rng, inputs, units):
    layer = torch.nn.Linear(inputs, units)
    with torch.no_grad():
        # PyTorch stores (units, inputs).
        layer.weight.copy_(torch.from_numpy(he_uniform(rng, (inputs, units)).T))
        layer.bias.zero_()
    return layer


def conv(rng, channels, filters):
    layer = torch.nn.Conv2d(channels, filters, 3)
    with torch.no_grad():
        # PyTorch stores [OC, IC, KH, KW].
        weights = he_uniform(rng, (3, 3, channels, filters))
        layer.weight.copy_(torch.from_numpy(weights.transpose(3, 2, 0, 1)))
        layer.bias.zero_()
    return layer


class FlattenNHWC(torch.nn.Module):
    """Our images are flattened with the channel as the fastest index."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def mlp():
    rng = Rng(SEED)
    net = torch.nn.Sequential(dense(rng, 128, 64), torch.nn.ReLU(),
                              dense(rng, 64, 10))
    rng, examples = Rng(SEED + 1), STEPS * 64
    centres = rng.uniform(10 * 128, -0.25, 0.25).reshape(10, 128)
    X, labels = np.empty((examples, 128), np.float32), np.empty(examples, int)
    for n in range(examples):
        labels[n] = rng.below(1, 10)[0]
        X[n] = centres[labels[n]] + rng.uniform(128, -1.0, 1.0)
    return net, torch.nn.CrossEntropyLoss(), X, torch.from_numpy(labels), 64


def binary():
    rng = Rng(SEED)
    net = torch.nn.Sequential(dense(rng, 8, 10), torch.nn.ReLU(),
                              dense(rng, 10, 1), torch.nn.Flatten(0))
    X = Rng(SEED + 1).uniform(STEPS * 32 * 8, -1.0, 1.0).reshape(-1, 8)
    labels = np.abs(X[:, 0] + X[:, 1] + X[:, 2] + X[:, 3]) < np.float32(1)
    labels = torch.from_numpy(labels.astype(np.float32))
    return net, torch.nn.BCEWithLogitsLoss(), X, labels, 32


def mnist_cnn():
    rng = Rng(SEED)
    relu, pool = torch.nn.ReLU, lambda: torch.nn.MaxPool2d(2)
    net = torch.nn.Sequential(
        conv(rng, 1, 32), relu(), pool(), conv(rng, 32, 64), relu(), pool(),
        conv(rng, 64, 64), relu(), FlattenNHWC(), dense(rng, 576, 64), relu(),
        dense(rng, 64, 10))
    with gzip.open(f"{DATA}/train-images-idx3-ubyte.gz") as file:
        X = np.frombuffer(file.read(), np.uint8, offset=16)
    with gzip.open(f"{DATA}/train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    X = X.reshape(-1, 1, 28, 28)[:STEPS * 64].astype(np.float32) / 255
    labels = torch.from_numpy(labels[:STEPS * 64].astype(np.int64))
    return net, torch.nn.CrossEntropyLoss(), X, labels, 64


def losses(net, loss_of, X, labels, batch):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    X = torch.from_numpy(X)
    for first in range(0, STEPS * batch, batch):
        loss = loss_of(net(X[first:first + batch]), labels[first:first + batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def main():
    torch.set_num_threads(1)
    for name, make in ("mlp", mlp), ("binary", binary), ("mnist-cnn", mnist_cnn):
        setup = make()
        params = sum(p.numel() for p in setup[0].parameters())
        with open(f"{HERE}/{name}.csv", "w") as file:
            print(f"# {name}, {params} parameters, seed {SEED}: the loss of the "
                  f"first {STEPS} steps in PyTorch {torch.__version__}, fp32",
                  file=file)
            for loss in losses(*setup):
                print(f"{loss:.9g}", file=file)


if __name__ == "__main__":
    main()
