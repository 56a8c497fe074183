// OpenCV's dnn module behind C: the only C++ of the project. What C can do is done in C.
extern "C" {
#include "engine/dnn.h"
}

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct od_dnn {
    cv::dnn::Net net;
    std::vector<std::string> inputs;
    std::vector<std::string> names; // of the outputs; found at the first forward
    std::vector<cv::Mat> outputs;
    std::vector<od_tensor> tensors; // views of outputs for C
};

namespace
{

// Process-wide settings of OpenCV, made once before the first net.
bool configure()
{
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::setNumThreads(1);
    return true;
}

void configure_once()
{
    static const bool done = configure(); // C++11: one thread runs it, others wait
    (void)done;
}

// Puts the reason on one line without OpenCV's paths of source files.
std::string reason_of(const std::exception &e)
{
    const cv::Exception *of_cv = dynamic_cast<const cv::Exception *>(&e);
    std::string text =
        of_cv != nullptr ? of_cv->err + " (in " + of_cv->func + ")" : e.what();
    for (char &c : text) {
        c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    }
    return text;
}

// Runs body so that no exception leaves it.
template <typename Body>
int guarded(od_err *err, od_errcode code, const char *what, Body body)
{
    try {
        configure_once();
        body();
        return 0;
    } catch (const std::exception &e) {
        return od_fail(err, code, "%s: %s", what, reason_of(e).c_str());
    } catch (...) {
        return od_fail(err, code, "%s: unknown exception", what);
    }
}

cv::dnn::Net read_net(const od_dnn_files &files)
{
    const char *model = static_cast<const char *>(files.model);
    const char *config = static_cast<const char *>(files.config);
    switch (files.format) {
    case OD_DNN_DARKNET:
        return cv::dnn::readNetFromDarknet(config, files.config_len, model,
                                           files.model_len);
    case OD_DNN_ONNX:
        return cv::dnn::readNetFromONNX(model, files.model_len);
    case OD_DNN_TENSORFLOW:
        return cv::dnn::readNetFromTensorflow(model, files.model_len, config,
                                              files.config_len);
    case OD_DNN_CAFFE:
        return cv::dnn::readNetFromCaffe(config, files.config_len, model,
                                         files.model_len);
    }
    return cv::dnn::Net();
}

// "1,2," is a list, "0.5" a real, "3" an integer, everything else a word.
void set_param(cv::dnn::LayerParams &params, const std::string &key,
               const std::string &value)
{
    if (value.find(',') != std::string::npos) {
        std::vector<double> list;
        std::istringstream items(value);
        for (std::string item; std::getline(items, item, ',');) {
            list.push_back(std::stod(item));
        }
        params.set(key, cv::dnn::DictValue::arrayReal(list.data(), (int)list.size()));
        return;
    }
    char *end = nullptr;
    double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end != '\0') {
        params.set(key, value);
    } else if (value.find('.') != std::string::npos) {
        params.set(key, number);
    } else {
        params.set(key, (int)number);
    }
}

cv::Mat copy_tensor(const od_tensor &tensor)
{
    cv::Mat mat(tensor.dims, tensor.shape, CV_32F);
    std::memcpy(mat.ptr<float>(), tensor.data, tensor.count * sizeof(float));
    return mat;
}

void connect_layer(od_dnn &net, const od_dnn_layer &layer, int id)
{
    for (size_t i = 0; i < layer.from_count; i++) {
        int from = net.net.getLayerId(layer.from[i]);
        int pin = 0;
        for (size_t k = 0; from < 0 && k < net.inputs.size(); k++) {
            if (net.inputs[k] == layer.from[i]) {
                from = 0; // layer 0 is the net's input, one pin for each name
                pin = (int)k;
            }
        }
        if (from < 0) {
            throw std::runtime_error(std::string("no layer ") + layer.from[i]);
        }
        net.net.connect(from, pin, id, (int)i);
    }
}

void add_layer(od_dnn &net, const od_dnn_layer &layer)
{
    cv::dnn::LayerParams params;
    params.name = layer.name;
    params.type = layer.type;
    std::istringstream words(layer.params);
    for (std::string word; words >> word;) {
        size_t equals = word.find('=');
        if (equals == std::string::npos) {
            throw std::runtime_error("no value in " + word);
        }
        set_param(params, word.substr(0, equals), word.substr(equals + 1));
    }
    for (size_t i = 0; i < layer.blob_count; i++) {
        params.blobs.push_back(copy_tensor(layer.blobs[i]));
    }
    int id = net.net.addLayer(params.name, params.type, params);
    connect_layer(net, layer, id);
}

od_tensor view_of(const cv::Mat &mat, const std::string &name)
{
    if (mat.type() != CV_32F || mat.dims > OD_DNN_DIMS) {
        throw std::runtime_error("output " + name +
                                 " is no float tensor of up to 6 dimensions");
    }
    od_tensor tensor = {};
    tensor.name = name.c_str();
    tensor.data = mat.empty() ? nullptr : mat.ptr<float>();
    tensor.count = mat.total();
    tensor.dims = mat.dims;
    for (int i = 0; i < mat.dims; i++) {
        tensor.shape[i] = mat.size[i];
    }
    return tensor;
}

void forward(od_dnn &net)
{
    if (net.names.empty()) {
        net.names = net.net.getUnconnectedOutLayersNames();
    }
    std::vector<cv::Mat> fresh;
    net.net.forward(fresh, net.names);
    net.outputs.clear();
    net.tensors.clear();
    for (size_t i = 0; i < fresh.size(); i++) {
        // forward gives views of the net's own memory; the next one overwrites them.
        net.outputs.push_back(fresh[i].clone());
        net.tensors.push_back(view_of(net.outputs[i], net.names[i]));
    }
}

// The plain CPU code of OpenCV itself, whatever else a build of it may prefer.
void finish(od_dnn &net)
{
    net.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
}

} // namespace

extern "C" int od_dnn_read(const od_dnn_files *files, od_dnn **out, od_err *err)
{
    *out = nullptr;
    return guarded(err, OD_EINPUT, "opencv cannot load it", [&] {
        auto net = std::make_unique<od_dnn>();
        net->net = read_net(*files);
        if (net->net.empty()) {
            throw std::runtime_error("it holds no layers");
        }
        finish(*net);
        *out = net.release();
    });
}

extern "C" int od_dnn_new(const char *const *inputs, size_t count, od_dnn **out,
                          od_err *err)
{
    *out = nullptr;
    return guarded(err, OD_EBUG, "opencv", [&] {
        auto net = std::make_unique<od_dnn>();
        net->inputs.assign(inputs, inputs + count);
        net->net.setInputsNames(net->inputs);
        finish(*net);
        *out = net.release();
    });
}

extern "C" void od_dnn_free(od_dnn *net)
{
    (void)guarded(nullptr, OD_EBUG, "opencv", [&] { delete net; });
}

extern "C" int od_dnn_add(od_dnn *net, const od_dnn_layer *layer, od_err *err)
{
    return guarded(err, OD_EBUG, layer->name, [&] { add_layer(*net, *layer); });
}

extern "C" int od_dnn_set_image(od_dnn *net, const od_image *image,
                                const od_dnn_input *input, od_err *err)
{
    return guarded(err, OD_EBUG, "opencv", [&] {
        const cv::Mat pixels(image->height, image->width, CV_8UC3, image->pixels);
        const cv::Scalar mean(input->mean[0], input->mean[1], input->mean[2]);
        const cv::Mat blob = cv::dnn::blobFromImage(pixels, input->scale,
                                                    cv::Size(input->width, input->height),
                                                    mean, input->bgr, false);
        net->net.setInput(blob, input->name != nullptr ? input->name : "");
    });
}

extern "C" int od_dnn_set_tensor(od_dnn *net, const od_tensor *tensor, od_err *err)
{
    return guarded(err, OD_EBUG, "opencv", [&] {
        net->net.setInput(copy_tensor(*tensor),
                          tensor->name != nullptr ? tensor->name : "");
    });
}

extern "C" int od_dnn_forward(od_dnn *net, od_outputs *out, od_err *err)
{
    *out = {};
    int rc = guarded(err, OD_EINPUT, "opencv", [&] { forward(*net); });
    if (rc == 0) {
        *out = {net->tensors.data(), net->tensors.size()};
    }
    return rc;
}
