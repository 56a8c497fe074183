"""KServe's Python SDK: the detector over its version 1 protocol and the Open Inference Protocol."""

import argparse
import base64

import numpy as np
from detector import Detector, pixels_of
from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer, model_server
from kserve.errors import InvalidInput
from kserve.utils.utils import generate_uuid

OUTPUTS = (
    ("detection_boxes", [-1, 100, 4]),
    ("detection_scores", [-1, 100]),
    ("detection_classes", [-1, 100]),
    ("num_detections", [-1]),
)


class Pixels(Model):
    def __init__(self, name, detector):
        super().__init__(name)
        self.detector = detector
        self.ready = True

    async def get_input_types(self):
        return [{"name": "inputs", "datatype": "UINT8", "shape": [-1, -1, -1, 3]}]

    async def get_output_types(self):
        return [{"name": name, "datatype": "FP32", "shape": shape} for name, shape in OUTPUTS]

    def pixels(self, value):
        return np.asarray(value, np.uint8)

    def instance(self, value):
        found = self.detector.tensors(self.pixels(value))
        return {name: array[0].tolist() for name, array in found.items()}

    def predict(self, payload, headers=None, response_headers=None):
        try:
            if not isinstance(payload, InferRequest):
                return {"predictions": [self.instance(one) for one in payload["instances"]]}
            found = self.detector.tensors(self.pixels(payload.inputs[0].as_numpy()[0]))
        except (ValueError, KeyError) as error:
            raise InvalidInput(str(error)) from error
        outputs = []
        for name, array in found.items():
            output = InferOutput(name=name, shape=list(array.shape), datatype="FP32")
            output.set_data_from_numpy(array, binary_data=False)
            outputs.append(output)
        return InferResponse(
            response_id=payload.id or generate_uuid(), model_name=self.name, infer_outputs=outputs
        )


class Files(Pixels):
    async def get_input_types(self):
        return [{"name": "inputs", "datatype": "BYTES", "shape": [-1]}]

    def pixels(self, value):
        if isinstance(value, dict):
            value = value["b64"]
        if isinstance(value, str):
            value = value.encode("ascii")
        value = bytes(value)
        return pixels_of(value if value[:2] == b"\xff\xd8" else base64.b64decode(value))


if __name__ == "__main__":
    args, _ = argparse.ArgumentParser(parents=[model_server.parser]).parse_known_args()
    shared = Detector()
    ModelServer().start([Pixels("scenes-ssd", shared), Files("scenes-ssd-jpeg", shared)])
