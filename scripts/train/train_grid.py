"""
Trains a grid net: train_grid.py ssd|proposal STEPS OUT.pt [THREADS] [POOL]

Focal loss for the scores, GIoU loss for the boxes, AdamW with one cycle of the rate. Writes
OUT.pt (weights) every 500 steps and at the end.
"""
import sys
import time

import numpy as np
import torch

import nets
from feeder import Pool, TRAIN_SEED

BATCH = 32
RATE = 4e-3
RADIUS = 1.25  # cells around an object's centre that answer for it


def targets(boxes, classes, grid):
    """Class maps, and the edges in cells for the cells that answer for an object."""
    scores = np.zeros((len(boxes), classes, grid, grid), np.float32)
    edges = np.zeros((len(boxes), 4, grid, grid), np.float32)
    owned = np.zeros((len(boxes), grid, grid), bool)
    for n, objects in enumerate(boxes):
        # Large ones first, so that where two meet the small one keeps the cell.
        areas = (objects[:, 3] - objects[:, 1]) * (objects[:, 4] - objects[:, 2])
        for category, *edge in objects[np.argsort(-areas)]:
            x0, y0, x1, y1 = (v * grid for v in edge)
            columns = reach(x0, x1, grid)
            rows = reach(y0, y1, grid)
            scores[n, :, rows, columns] = 0
            scores[n, int(category) - 1 if classes > 1 else 0, rows, columns] = 1
            edges[n, :, rows, columns] = np.array([x0, y0, x1, y1], np.float32)[:, None, None]
            owned[n, rows, columns] = True
    return torch.from_numpy(scores), torch.from_numpy(edges), torch.from_numpy(owned)


def reach(low, high, grid):
    """The cells whose centres are inside low..high and near its middle; at least one."""
    middle = (low + high) / 2
    first = int(np.ceil(max(low, middle - RADIUS) - 0.5))
    last = int(np.floor(min(high, middle + RADIUS) - 0.5))
    if last < first:
        first = last = int(middle)
    return slice(max(first, 0), min(last, grid - 1) + 1)


def focal(logits, wanted):
    p = torch.sigmoid(logits)
    miss = torch.where(wanted > 0, 1 - p, p)
    weight = torch.where(wanted > 0, 0.4, 0.6) * miss * miss
    return (weight * torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")).sum()


def giou_loss(a, b):
    """Boxes as rows of x0, y0, x1, y1."""
    inner = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    outer = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inner
    return 1 - inner / union + (outer - union) / outer


def loss_of(net, pixels, boxes):
    scores, distances = net.logits(pixels)
    grid = scores.shape[-1]
    wanted, edges, owned = targets(boxes, net.classes, grid)
    count = max(int(owned.sum()), 1)
    image, row, column = torch.nonzero(owned, as_tuple=True)
    centre = torch.stack([column, row, column, row], 1) + 0.5
    signs = torch.tensor([-1.0, -1.0, 1.0, 1.0])
    found = centre + signs * torch.exp(distances[image, :, row, column].clamp(max=4))
    class_loss = focal(scores, wanted) / count
    box_loss = giou_loss(found, edges[image, :, row, column]).sum() / count
    return class_loss, box_loss


def main():
    kind, steps, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    pool_size = int(sys.argv[5]) if len(sys.argv) > 5 else 24000
    torch.set_num_threads(threads)
    torch.manual_seed(TRAIN_SEED)
    rng = np.random.default_rng(TRAIN_SEED)
    net = nets.ssd() if kind == "ssd" else nets.proposal()
    net = net.to(memory_format=torch.channels_last)
    pool = Pool(TRAIN_SEED if kind == "ssd" else TRAIN_SEED + 1, 0, pool_size, nets.GRID_SIDE)
    while pool.ready < min(1000, pool_size):
        time.sleep(0.2)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps, pct_start=0.15)
    begin, sums = time.time(), [0.0, 0.0]
    for step in range(1, steps + 1):
        pixels, boxes = pool.batch(rng, BATCH)
        pixels = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))).permute(0, 3, 1, 2).float()
        class_loss, box_loss = loss_of(net, pixels, boxes)
        optimiser.zero_grad()
        (class_loss + 1.5 * box_loss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        rate.step()
        sums = [sums[0] + float(class_loss), sums[1] + float(box_loss)]
        if step % 100 == 0:
            print(f"{step} class {sums[0] / 100:.4f} box {sums[1] / 100:.4f} scenes {pool.ready} "
                  f"{step * BATCH / (time.time() - begin):.0f}/s", flush=True)
            sums = [0.0, 0.0]
        if step % 500 == 0 or step == steps:
            torch.save(net.state_dict(), out)


if __name__ == "__main__":
    main()
