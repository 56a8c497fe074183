"""Django in one file: an upload by a form and request.FILES; every URL that the measurement uses."""

import base64
import json
import time

import django
from detector import NAMES, SHAPES, Detector, pixels_of
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="only on loopback")
django.setup()
detector = Detector()


class UploadForm(forms.Form):
    image = forms.FileField()


def predictions(pixels):
    start = time.perf_counter()
    found = detector.objects(pixels)
    return {
        "success": True,
        "predictions": [
            {
                "label": NAMES[label - 1],
                "confidence": score,
                "x_min": x0,
                "y_min": y0,
                "x_max": x1,
                "y_max": y1,
            }
            for x0, y0, x1, y1, score, label in found
        ],
        "inferenceMs": (time.perf_counter() - start) * 1e3,
    }


@csrf_exempt
@require_POST
def upload(request):
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"success": False, "error": form.errors.as_text()}, status=400)
    return JsonResponse(predictions(pixels_of(request.FILES["image"].read())))


@csrf_exempt
@require_POST
def encoded(request):
    """Boxes by centre and size, scores in percent, the shapes' own names: a profile of one's own says it."""
    pixels = pixels_of(base64.b64decode(json.loads(request.body)["image"]["value"]))
    found = [
        {
            "center_size": [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0],
            "percent": 100 * score,
            "shape": SHAPES[label - 1],
        }
        for x0, y0, x1, y1, score, label in detector.objects(pixels)
    ]
    return JsonResponse({"result": {"objects": found}})


urlpatterns = [
    path("health", lambda request: HttpResponse("ok")),
    path("v1/vision/detection", upload),
    path("encoded", encoded),
]
application = get_wsgi_application()
