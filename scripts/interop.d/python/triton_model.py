"""Triton's python backend: model.py of both models; the type of the input tells pixels from files."""

import os
import sys

# The backend's interpreter does not look at PYTHONPATH.
sys.path += os.environ["INTEROP_PATH"].split(":")

import detector
import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        self.detector = detector.Detector()

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        value = pb_utils.get_input_tensor_by_name(request, "inputs").as_numpy()
        try:
            pixels = detector.pixels_of(value.ravel()[0]) if value.dtype == np.object_ else value[0]
        except ValueError as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))
        found = self.detector.tensors(pixels)
        return pb_utils.InferenceResponse([pb_utils.Tensor(name, array) for name, array in found.items()])
