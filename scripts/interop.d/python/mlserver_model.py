"""
MLServer: custom runtimes as its documentation writes them. Pixels answers the four outputs for
pixels of any size, Files for JPEG files; Rows is an OpenVINO model of one size with one output.
"""

import base64

import numpy as np
from detector import Detector, openvino_net, pixels_of
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse


class Pixels(MLModel):
    async def load(self):
        self.detector = Detector()
        return True

    def pixels(self, tensor):
        return NumpyCodec.decode_input(tensor)[0].astype(np.uint8)

    async def predict(self, payload):
        try:
            found = self.detector.tensors(self.pixels(payload.inputs[0]))
        except ValueError as error:
            raise InferenceError(str(error)) from error
        outputs = [NumpyCodec.encode_output(name, value) for name, value in found.items()]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)


class Files(Pixels):
    def pixels(self, tensor):
        data = tensor.data.root if hasattr(tensor.data, "root") else tensor.data
        file = data[0] if isinstance(data, list) else data
        if isinstance(file, str):
            file = file.encode("ascii")
        return pixels_of(file if file[:2] == b"\xff\xd8" else base64.b64decode(file))


class Rows(MLModel):
    async def load(self):
        self.run = openvino_net()
        return True

    async def predict(self, payload):
        planes = NumpyCodec.decode_input(payload.inputs[0]).astype(np.float32)
        rows = Detector.rows7(self.run(planes))
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[NumpyCodec.encode_output("detection_out", rows)],
        )
