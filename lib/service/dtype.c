/* Element types of tensors. */
#include "service/dtype.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

struct entry {
    enum od_dtype dtype;
    const char *name;
    size_t size;
};
static const struct entry entries[] = {
    {OD_DTYPE_FP32, "FP32", 4},     {OD_DTYPE_FP64, "FP64", 8},
    {OD_DTYPE_INT32, "INT32", 4},   {OD_DTYPE_UINT8, "UINT8", 1},
    {OD_DTYPE_INT16, "INT16", 2},   {OD_DTYPE_INT8, "INT8", 1},
    {OD_DTYPE_BYTES, "BYTES", 0},   {OD_DTYPE_INT64, "INT64", 8},
    {OD_DTYPE_BOOL, "BOOL", 1},     {OD_DTYPE_BF16, "BF16", 2},
    {OD_DTYPE_UINT16, "UINT16", 2}, {OD_DTYPE_FP16, "FP16", 2},
    {OD_DTYPE_UINT32, "UINT32", 4}, {OD_DTYPE_UINT64, "UINT64", 8},
};
enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

static const struct entry *find(int dtype)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if ((int)entries[i].dtype == dtype) {
            return &entries[i];
        }
    }
    return NULL;
}

size_t od_dtype_size(int dtype)
{
    const struct entry *entry = find(dtype);
    return entry != NULL ? entry->size : 0;
}

const char *od_dtype_name(int dtype)
{
    const struct entry *entry = find(dtype);
    return entry != NULL ? entry->name : "";
}

enum od_dtype od_dtype_of(const char *name, size_t len)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (strlen(entries[i].name) == len &&
            strncasecmp(entries[i].name, name, len) == 0) {
            return entries[i].dtype;
        }
    }
    return OD_DTYPE_NONE;
}

static uint64_t little(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static float float_of_bits(uint32_t bits)
{
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16; subnormals too. */
static float half(uint16_t bits)
{
    uint32_t sign = (uint32_t)(bits & 0x8000U) << 16;
    uint32_t exponent = bits >> 10 & 0x1FU;
    uint32_t fraction = bits & 0x3FFU;
    if (exponent == 0x1F) {
        return float_of_bits(sign | 0x7F800000U | fraction << 13);
    }
    if (exponent == 0) {
        float small = (float)fraction / 16777216.0F; /* 2^-24 each */
        return sign != 0 ? -small : small;
    }
    return float_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
}

static int64_t signed_of(uint64_t value, size_t size)
{
    unsigned unused = 64U - 8U * (unsigned)size;
    uint64_t sign = UINT64_C(1) << (63U - unused);
    return (int64_t)((value ^ sign) - sign);
}

static float one(int dtype, const unsigned char *bytes, size_t size)
{
    uint64_t value = little(bytes, size);
    double wide = 0;
    switch (dtype) {
    case OD_DTYPE_FP32:
        return float_of_bits((uint32_t)value);
    case OD_DTYPE_FP64:
        memcpy(&wide, &value, sizeof wide);
        return (float)wide;
    case OD_DTYPE_FP16:
        return half((uint16_t)value);
    case OD_DTYPE_BF16:
        return float_of_bits((uint32_t)value << 16);
    case OD_DTYPE_INT8:
    case OD_DTYPE_INT16:
    case OD_DTYPE_INT32:
    case OD_DTYPE_INT64:
        return (float)signed_of(value, size);
    default:
        return (float)value;
    }
}

bool od_dtype_floats(int dtype, const void *bytes, size_t count, float *out)
{
    const unsigned char *from = bytes;
    size_t size = od_dtype_size(dtype);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (dtype == OD_DTYPE_FP32) { /* most outputs are, and need no change */
        if (count > 0) {          /* else there may be no bytes at all */
            memcpy(out, bytes, count * sizeof *out);
        }
        return true;
    }
#endif
    for (size_t i = 0; size > 0 && i < count; i++) {
        out[i] = one(dtype, from + i * size, size);
    }
    return size > 0;
}

static uint32_t bits_of_float(float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* bits without the lowest drop ones, rounded to even. */
static uint32_t rounded(uint32_t bits, unsigned drop)
{
    uint32_t half_way = (UINT32_C(1) << (drop - 1)) - 1;
    return (bits + half_way + (bits >> drop & 1U)) >> drop;
}

static uint16_t half_of(float value)
{
    uint32_t bits = bits_of_float(value);
    uint32_t sign = bits >> 16 & 0x8000U;
    uint32_t size = bits & 0x7FFFFFFFU;
    if (size > 0x7F800000U) {
        return (uint16_t)(sign | 0x7E00U);
    }
    if (size >= 0x477FF000U) { /* rounds to 65536 or is more */
        return (uint16_t)(sign | 0x7C00U);
    }
    if (size < 0x33000001U) { /* half of the smallest, or less */
        return (uint16_t)sign;
    }
    if (size < 0x38800000U) { /* subnormal: the leading 1 becomes part of the fraction */
        unsigned drop = 126U - (size >> 23);
        return (uint16_t)(sign | rounded((size & 0x7FFFFFU) | 0x800000U, drop));
    }
    return (uint16_t)(sign | rounded(size - (112U << 23), 13));
}

static uint16_t brain_of(float value)
{
    uint32_t bits = bits_of_float(value);
    bool nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
    return (uint16_t)(nan ? (bits >> 16 | 0x40U) : rounded(bits, 16) & 0xFFFFU);
}

static void put_little(unsigned char *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        to[i] = (unsigned char)(value >> (8 * i));
    }
}

bool od_dtype_bytes(int dtype, const float *values, size_t count, void *out)
{
    unsigned char *to = out;
    size_t size = od_dtype_size(dtype);
    if (dtype != OD_DTYPE_FP32 && dtype != OD_DTYPE_FP64 && dtype != OD_DTYPE_FP16 &&
        dtype != OD_DTYPE_BF16) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        double wide = (double)values[i];
        uint64_t bits = 0;
        memcpy(&bits, &wide, sizeof bits);
        bits = dtype == OD_DTYPE_FP32   ? bits_of_float(values[i])
               : dtype == OD_DTYPE_FP16 ? half_of(values[i])
               : dtype == OD_DTYPE_BF16 ? brain_of(values[i])
                                        : bits;
        put_little(to + i * size, bits, size);
    }
    return true;
}
