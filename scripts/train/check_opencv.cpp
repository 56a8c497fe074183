/*
 * Compares OpenCV's outputs with the reference runner's: check_opencv MODEL.onnx SIDE IN OUT
 * IN is SIDE*SIDE*3 float planes, OUT the floats expected of the output. Used by scripts/train/check_opencv.py.
 */
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

static std::vector<float> read_floats(const char *path)
{
    std::vector<float> values;
    float v;
    FILE *f = std::fopen(path, "rb");
    while (f != nullptr && std::fread(&v, sizeof v, 1, f) == 1) {
        values.push_back(v);
    }
    if (f != nullptr) {
        std::fclose(f);
    }
    return values;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        return 2;
    }
    cv::setNumThreads(1);
    cv::dnn::Net net = cv::dnn::readNetFromONNX(argv[1]);
    int side = std::atoi(argv[2]);
    int shape[4] = {1, 3, side, side};
    std::vector<float> input = read_floats(argv[3]);
    cv::Mat blob(4, shape, CV_32F, input.data());
    std::vector<float> wanted = read_floats(argv[4]);
    net.setInput(blob);
    cv::Mat found = net.forward().clone();
    if (found.total() != wanted.size()) {
        std::printf("%s: %zu values, expected %zu\n", argv[1], found.total(), wanted.size());
        return 1;
    }
    double worst = 0;
    for (size_t k = 0; k < wanted.size(); k++) {
        worst = std::fmax(worst, std::fabs(found.ptr<float>()[k] - wanted[k]));
    }
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; i++) {
        net.setInput(blob);
        (void)net.forward();
    }
    std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    std::printf("%s: largest difference %.2g, %.3f ms a forward (1 thread)\n", argv[1], worst, took.count() / 100);
    return worst < 1e-3 ? 0 : 1;
}
