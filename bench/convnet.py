"""The training step of bench/convnet.ts in PyTorch: prints the median milliseconds of a step.

Arguments: width, threads, batch, warm-up steps, timed steps.
"""
import sys
import time

import torch
from torch import nn

width, threads, batch, warm_up, steps = (int(word) for word in sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)
ELR = 1e-4


def block(inputs, outputs, pool):
    layers = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs, affine=False), nn.ReLU()]
    return layers + ([nn.MaxPool2d(2)] if pool else [])


model = nn.Sequential(
    *block(3, width, False),
    *block(width, 2 * width, True),
    *block(2 * width, 4 * width, True),
    *block(4 * width, 8 * width, True),
    nn.MaxPool2d(4),
    nn.Flatten(),
    nn.Linear(8 * width, 10),
)
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
print(1000 * sorted(times[warm_up:])[steps // 2])
