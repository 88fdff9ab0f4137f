"""The training step of bench/network-worker.ts in PyTorch.

Arguments: model (convnet or resnet18), width, threads, batch, warm-up steps, timed steps. Prints JSON: median milliseconds
of a step and the peak of resident memory in MiB.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

name = sys.argv[1]
width, threads, batch, warm_up, steps = (int(word) for word in sys.argv[2:7])
torch.set_num_threads(threads)
torch.manual_seed(1)
ELR = 1e-4


def convolution(inputs, outputs, stride=1, size=3):
    return nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2, bias=False)


def normalisation(channels):
    return nn.BatchNorm2d(channels, affine=False)


def convnet_block(inputs, outputs, pool):
    layers = [convolution(inputs, outputs), normalisation(outputs), nn.ReLU()]
    return layers + ([nn.MaxPool2d(2)] if pool else [])


def convnet():
    return nn.Sequential(
        *convnet_block(3, width, False),
        *convnet_block(width, 2 * width, True),
        *convnet_block(2 * width, 4 * width, True),
        *convnet_block(4 * width, 8 * width, True),
        nn.MaxPool2d(4),
        nn.Flatten(),
        nn.Linear(8 * width, 10),
    )


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = normalisation(inputs), convolution(inputs, outputs, stride)
        self.bn2, self.conv2 = normalisation(outputs), convolution(outputs, outputs)
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(normalisation(inputs), convolution(inputs, outputs, stride, 1)) if changes else None

    def forward(self, x):
        active = torch.relu(self.bn1(x))
        straight = x if self.shortcut is None else self.shortcut(active)
        return self.conv2(torch.relu(self.bn2(self.conv1(active)))) + straight


def resnet18():
    layers, inputs = [convolution(3, width)], width
    for i, stride in enumerate([1, 2, 2, 2]):
        outputs = width * 2**i
        layers += [Block(inputs, outputs, stride), Block(outputs, outputs, 1)]
        inputs = outputs
    head = [normalisation(inputs), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(inputs, 10, bias=False)]
    return nn.Sequential(*layers, *head)


model = {'convnet': convnet, 'resnet18': resnet18}[name]()
kernels = [p for p in model.parameters() if p.dim() == 4]
for p in model[-1].parameters():
    p.requires_grad = False
images = torch.randn(batch, 3, 32, 32)
labels = torch.randint(0, 10, (batch,))
radius = torch.sqrt(sum((p**2).sum() for p in kernels)).item()


def step():
    logits = model(images)
    loss = nn.functional.cross_entropy(logits, labels)
    gradients = torch.autograd.grad(loss, kernels)
    with torch.no_grad():
        measured = [loss.item(), (logits.argmax(1) == labels).float().mean().item()]
        measured += [(p**2).sum().item() for p in kernels] + [(g**2).sum().item() for g in gradients]
        for p, g in zip(kernels, gradients):
            p -= ELR * radius**2 * g
        norm = torch.sqrt(sum((p**2).sum() for p in kernels))
        for p in kernels:
            p *= radius / norm
    return measured


times = []
for i in range(warm_up + steps):
    begin = time.perf_counter()
    step()
    times.append(time.perf_counter() - begin)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({'step': 1000 * sorted(times[warm_up:])[steps // 2], 'memory': memory}))
