"""
Trains a grid net: train_grid.py ssd|proposal OUT.pt [options]

Focal loss for the scores, GIoU loss for the boxes, AdamW with one cycle of the rate. Writes
OUT.pt (weights) every 500 steps and at the end.
"""
import argparse
import time

import numpy as np
import torch

import nets
from feeder import Pool, TRAIN_SEED

BATCH = 32
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


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["ssd", "proposal"])
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=8000, help="of the cycle of the rate")
    parser.add_argument("--stop", type=int, help="stop after this step of the cycle")
    parser.add_argument("--rate", type=float, default=4e-3, help="the highest rate of the cycle")
    parser.add_argument("--rise", type=float, default=0.15, help="the part of the cycle in which the rate rises")
    parser.add_argument("--start", help="weights to go on from")
    parser.add_argument("--seed", type=int, default=TRAIN_SEED)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--scenes", type=int, default=24000)
    return parser.parse_args()


def main():
    o = parse()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    rng = np.random.default_rng(o.seed)
    net = nets.ssd() if o.kind == "ssd" else nets.proposal()
    if o.start:
        net.load_state_dict(torch.load(o.start))
    net = net.to(memory_format=torch.channels_last)
    pool = Pool(o.seed, 0, o.scenes, nets.GRID_SIDE)
    while pool.ready < min(1000, o.scenes):
        time.sleep(0.2)
    optimiser = torch.optim.AdamW(net.parameters(), o.rate, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, o.rate, o.steps, pct_start=o.rise)
    begin, sums = time.time(), [0.0, 0.0]
    stop = o.stop or o.steps
    for step in range(1, stop + 1):
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
        if step % 500 == 0 or step == stop:
            torch.save(net.state_dict(), o.out)


if __name__ == "__main__":
    main()
