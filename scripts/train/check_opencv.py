"""Holds OpenCV's dnn module against the reference runner, for every model file."""
import os
import subprocess
import sys
import tempfile

import numpy as np

import nets
import onnx_run
from evaluate import MODELS
from feeder import HELD_OUT_SEED, records

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else MODELS
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        program = os.path.join(scratch, "check_opencv")
        subprocess.run(["g++", "-std=c++17", "-O2", "-isystem", "/usr/include/opencv4", "-o", program,
                        os.path.join(HERE, "check_opencv.cpp"), "-lopencv_dnn", "-lopencv_core"], check=True)
        for name in sorted(n for n in os.listdir(folder) if n.endswith(".onnx")):
            side = nets.CROP_SIDE if "crop" in name else nets.GRID_SIDE
            pixels = next(records(HELD_OUT_SEED, 3, 1, side))[0]
            image = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None].astype(np.float32))
            output = np.ascontiguousarray(onnx_run.Model(os.path.join(folder, name))(image))
            files = [os.path.join(scratch, n) for n in ("in", "out")]
            image.tofile(files[0])
            output.tofile(files[1])
            command = [program, os.path.join(folder, name), str(side), *files]
            failed += subprocess.run(command).returncode != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
