"""
Trains the second stage: train_crop.py PROPOSAL.onnx STEPS OUT.pt [SCENES] [THREADS]

What it learns from are the proposals that the first stage really makes on the training
scenes, kept down to a low score so that wrong ones are among them, and true boxes moved and
stretched at random, some of them far away. A crop whose box overlaps an object by half or
more has its class, else "nothing".
"""
import sys
import time

import numpy as np
import torch

import decode
import nets
import onnx_run
from feeder import records, TRAIN_SEED

BATCH = 64
RATE = 3e-3
LOW_SCORE = 0.02
GOOD_IOU = 0.5
MOST_NOTHING = 15  # crops of nothing a scene


def moved(boxes, rng, amount):
    """Every edge moved by up to amount of the box's size."""
    size = np.concatenate([boxes[:, 2:] - boxes[:, :2]] * 2, 1)
    return boxes + size * rng.uniform(-amount, amount, boxes.shape)


def somewhere(rng, count):
    corner = rng.uniform(0, 0.85, (count, 2))
    return np.concatenate([corner, corner + rng.uniform(0.05, 0.3, (count, 2))], 1)


def candidates(run, pixels, truth, rng):
    """Boxes to look at, and for each the object that it overlaps by half or more, or -1."""
    square = decode.stretch(pixels, nets.GRID_SIDE, nets.GRID_SIDE)
    boxes, scores, categories = decode.grid_boxes(run(decode.picture(square))[0], LOW_SCORE)
    keep = decode.suppress(boxes, scores, categories, decode.PROPOSAL_IOU, decode.MOST)
    found = np.concatenate([boxes[keep], moved(boxes[keep], rng, 0.08), moved(truth, rng, 0.15), moved(truth, rng, 0.5),
                            somewhere(rng, 3)])
    found = found[(found[:, 2:] - found[:, :2] > 0.01).all(1)]
    owner = np.full(len(found), -1)
    for i, box in enumerate(found):
        overlap = decode.iou_with(box, truth)
        if len(truth) and overlap.max() >= GOOD_IOU:
            owner[i] = overlap.argmax()
    nothing = np.flatnonzero(owner < 0)
    drop = rng.permutation(nothing)[MOST_NOTHING:]
    return np.delete(found, drop, 0), np.delete(owner, drop)


def crops_of(run, pixels, objects, rng):
    """Crops, labels, and the edges wanted in parts of the crop."""
    height, width = pixels.shape[:2]
    truth = objects[:, 1:].astype(np.float64)
    views, labels, edges = [], [], []
    for box, owner in zip(*candidates(run, pixels, truth, rng)):
        view, (x0, y0, x1, y1) = decode.crop(pixels, box)
        views.append(view)
        labels.append(int(objects[owner, 0]) if owner >= 0 else 0)
        wanted = truth[owner] * [width, height, width, height] if owner >= 0 else np.zeros(4)
        edges.append((wanted - [x0, y0, x0, y0]) / [x1 - x0, y1 - y0, x1 - x0, y1 - y0])
    return views, labels, edges


def collect(proposal, scenes, rng):
    run = onnx_run.Model(proposal)
    views, labels, edges = [], [], []
    for pixels, objects, *_ in records(TRAIN_SEED + 2, 0, scenes, 0):
        v, l, e = crops_of(run, pixels, objects, rng)
        views += v
        labels += l
        edges += e
    return np.stack(views), np.array(labels), np.array(edges, np.float32)


def vary(views, edges, rng):
    """Mirrored, turned, colours exchanged: as the feeder does with scenes, a batch at once."""
    left, upper, right, lower = edges.T
    if rng.random() < 0.5:
        views, left, right = views[:, :, ::-1], 1 - right, 1 - left
    if rng.random() < 0.5:
        views, upper, lower = views[:, ::-1], 1 - lower, 1 - upper
    if rng.random() < 0.5:
        views, left, upper, right, lower = views.transpose(0, 2, 1, 3), upper, left, lower, right
    views = views[..., rng.permutation(3)]
    if rng.random() < 0.5:
        views = 255 - views
    return views, np.stack([left, upper, right, lower], 1).astype(np.float32)


def train(net, views, labels, edges, steps, rng):
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps, pct_start=0.15)
    # A quarter of what it sees is nothing, whatever the first stage makes.
    odds = np.where(labels == 0, 0.25 / max((labels == 0).sum(), 1), 0.75 / max((labels > 0).sum(), 1))
    order = rng.choice(len(labels), steps * BATCH, p=odds / odds.sum())
    begin, sums = time.time(), np.zeros(3)
    for step in range(1, steps + 1):
        pick = order[(step - 1) * BATCH : step * BATCH]
        v, e = vary(views[pick], edges[pick], rng)
        x = torch.from_numpy(np.ascontiguousarray(v)).permute(0, 3, 1, 2).float()
        wanted = torch.from_numpy(labels[pick])
        classes, found = net.logits(x)
        class_loss = torch.nn.functional.cross_entropy(classes, wanted)
        miss = torch.nn.functional.smooth_l1_loss(found, torch.from_numpy(e), reduction="none", beta=0.02)
        box_loss = (miss.sum(1) * (wanted > 0)).sum() / max(int((wanted > 0).sum()), 1)
        optimiser.zero_grad()
        (class_loss + 4 * box_loss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        rate.step()
        sums += [float(class_loss), float(box_loss), float((classes.argmax(1) == wanted).float().mean())]
        if step % 200 == 0:
            print(f"{step} class {sums[0] / 200:.4f} box {sums[1] / 200:.4f} right {sums[2] / 200:.4f} "
                  f"{step * BATCH / (time.time() - begin):.0f}/s", flush=True)
            sums[:] = 0


def main():
    proposal, steps, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    scenes = int(sys.argv[4]) if len(sys.argv) > 4 else 4000
    torch.set_num_threads(int(sys.argv[5]) if len(sys.argv) > 5 else 2)
    torch.manual_seed(TRAIN_SEED)
    rng = np.random.default_rng(TRAIN_SEED)
    views, labels, edges = collect(proposal, scenes, rng)
    print(f"{len(labels)} crops, {np.bincount(labels, minlength=9)}", flush=True)
    net = nets.Crop().to(memory_format=torch.channels_last)
    train(net, views, labels, edges, steps, rng)
    torch.save(net.state_dict(), out)


if __name__ == "__main__":
    main()
