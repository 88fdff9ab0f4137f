"""The training step of bench/network-worker.ts in PyTorch.

Arguments: form, model (convnet or resnet18), width, threads, batch, warm-up steps, timed steps. Forms:

    eager          as one would write it first, one parameter after another
    foreach        measurements and updates of all parameters by torch._foreach_*
    channels_last  the same, with images and kernels in NHWC
    compile        foreach, with loss and gradients by torch.compile (PyTorch 2)
    compile_last   compile and channels_last

Prints JSON: median milliseconds of a step, the peak of resident memory in MiB during the timed steps (without what
compiling took), and the version.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

form, name = sys.argv[1:3]
width, threads, batch, warm_up, steps = (int(word) for word in sys.argv[3:8])
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
if form in ('channels_last', 'compile_last'):
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
radius = torch.sqrt(sum((p**2).sum() for p in kernels)).item()


def loss_and_logits(images, labels):
    logits = model(images)
    return nn.functional.cross_entropy(logits, labels), logits


def accuracy(logits):
    return (logits.argmax(1) == labels).float().mean().item()


def update_one_by_one(gradients):
    measured = [(p**2).sum().item() for p in kernels] + [(g**2).sum().item() for g in gradients]
    for p, g in zip(kernels, gradients):
        p -= ELR * radius**2 * g
    norm = torch.sqrt(sum((p**2).sum() for p in kernels))
    for p in kernels:
        p *= radius / norm
    return measured


def squared_norms(tensors):
    return torch.stack(torch._foreach_norm(tensors)).square()


def update_together(gradients):
    measured = squared_norms(kernels).tolist() + squared_norms(gradients).tolist()
    torch._foreach_add_(kernels, gradients, alpha=-ELR * radius**2)
    torch._foreach_mul_(kernels, radius / squared_norms(kernels).sum().sqrt().item())
    return measured


forward = torch.compile(loss_and_logits, fullgraph=True) if form.startswith('compile') else loss_and_logits
update = update_one_by_one if form == 'eager' else update_together


def step():
    loss, logits = forward(images, labels)
    gradients = torch.autograd.grad(loss, kernels)
    with torch.no_grad():
        return [loss.item(), accuracy(logits), *update(gradients)]


def forget_peak():
    """Has Linux begin anew with the peak of resident memory."""
    try:
        with open('/proc/self/clear_refs', 'w') as file:
            file.write('5')
    except OSError:
        pass


def peak():
    try:
        with open('/proc/self/status') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmHWM')) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


times = []
for i in range(warm_up + steps):
    if i == warm_up:
        forget_peak()
    begin = time.perf_counter()
    measured = step()
    times.append(time.perf_counter() - begin)
milliseconds = 1000 * sorted(times[warm_up:])[steps // 2]
print(json.dumps({'step': milliseconds, 'memory': peak(), 'version': torch.__version__, 'measured': measured}))
