"""A run of the regime table in PyTorch: the ConvNet on the sphere of all its kernels, from given initial tensors.

Arguments: initial tensors (safetensors), folder of CIFAR-10 in its binary layout, images, batch, epochs, ELR, seed of the
order of the images, threads. Prints a line of JSON a step, in the fields of regimes train --json, then the seconds.
"""
import json
import struct
import sys
import time

import numpy as np
import torch
from torch import nn

init, folder = sys.argv[1:3]
images, batch, epochs = (int(word) for word in sys.argv[3:6])
elr = float(sys.argv[6])
seed, threads = (int(word) for word in sys.argv[7:9])
torch.set_num_threads(threads)
torch.manual_seed(seed)

MEANS, DEVIATIONS = [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]


def read_tensors(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = entry['data_offsets']
            tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], '<f4').reshape(entry['shape']).copy())
    return tensors


def read_images():
    files = [np.fromfile(f'{folder}/data_batch_{i}.bin', np.uint8).reshape(-1, 3073) for i in range(1, 6)]
    records = np.concatenate(files)[:images]
    pixels = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255)
    scaled = (pixels - torch.tensor(MEANS).view(1, 3, 1, 1)) / torch.tensor(DEVIATIONS).view(1, 3, 1, 1)
    return scaled, torch.from_numpy(records[:, 0].astype(np.int64))


def block(inputs, outputs, pool):
    layers = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs, affine=False), nn.ReLU()]
    return layers + ([nn.MaxPool2d(2)] if pool else [])


class ConvNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        widths = [3, width, 2 * width, 4 * width, 8 * width]
        blocks = [block(widths[i], widths[i + 1], i > 0) for i in range(4)]
        self.conv_layers = nn.Sequential(*[layer for layers in blocks for layer in layers])
        self.linear_layers = nn.Sequential(nn.MaxPool2d(4), nn.Flatten(), nn.Linear(8 * width, 10))

    def forward(self, x):
        return self.linear_layers(self.conv_layers(x))


tensors = read_tensors(init)
model = ConvNet(tensors['conv_layers.0.weight'].shape[0])
model.load_state_dict(tensors, strict=False)
names = [name for name, p in model.named_parameters() if p.dim() == 4]
kernels = [p for p in model.parameters() if p.dim() == 4]
for p in model.linear_layers.parameters():
    p.requires_grad = False
x, y = read_images()
radius = torch.sqrt(sum((p**2).sum() for p in kernels)).item()


def step(number, places):
    logits = model(x[places])
    loss = nn.functional.cross_entropy(logits, y[places])
    gradients = torch.autograd.grad(loss, kernels)
    with torch.no_grad():
        shares = [(p.norm().item() / radius) ** 2 for p in kernels]
        slopes = [g.norm().item() * radius for g in gradients]
        for p, g in zip(kernels, gradients):
            p -= elr * radius**2 * g
        scale = radius / torch.sqrt(sum((p**2).sum() for p in kernels))
        for p in kernels:
            p *= scale
    egn = sum(slope**2 for slope in slopes) ** 0.5
    each = [(name, w, w**0.5 * slope) for name, w, slope in zip(names, shares, slopes)]
    return {
        'step': number,
        'loss': loss.item(),
        'accuracy': (logits.argmax(1) == y[places]).float().mean().item(),
        'elr': elr,
        'egn': egn,
        'ess': elr * egn,
        'norm': radius,
        'groups': [{'name': name, 'share': w, 'egn': g, 'ess': elr / w * g} for name, w, g in each],
    }


model.train()
begin = time.perf_counter()
lines = []
for epoch in range(epochs):
    order = torch.randperm(images)
    for i in range(0, images, batch):
        lines.append(step(len(lines), order[i : i + batch]))
seconds = time.perf_counter() - begin
for line in lines:
    print(json.dumps(line))
print(json.dumps({'seconds': seconds}))
