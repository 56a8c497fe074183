/*
 * 64 bytes of CSV become masks of 64 bits, a bit a byte, and these the ends of fields.
 * How the first and the last step are done depends on what the CPU can do, what they find
 * does not.
 */
#include "record/csv_scan.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

struct masks {
    uint64_t ends; /* commas and line feeds, in the end those outside quotes */
    uint64_t lf;   /* the same */
    uint64_t cr;
    uint64_t rare; /* quotation marks, and what is below CR but no LF: NUL and others */
};

#define BLOCKS 64 /* of 64 bytes, at once: their masks stay in the nearest cache */

/* The steps: p has 64 bytes a block; each returns how many ends it wrote. */
typedef void mask_fn(const char *p, size_t blocks, struct masks *out);
typedef size_t put_fn(const struct masks *masks, size_t blocks, uint32_t base,
                      uint32_t *ends, size_t *lines);

#define INLINE static inline __attribute__((always_inline))

INLINE unsigned count_of(uint64_t mask)
{
    return (unsigned)__builtin_popcountll(mask);
}

/* The offsets of the four lowest bits; what is written too much is written over. */
INLINE uint64_t put_four(uint64_t ends, uint32_t base, uint32_t *out)
{
    const uint64_t top = UINT64_C(1) << 63;
    out[0] = base + (uint32_t)__builtin_ctzll(ends | top);
    ends &= ends - 1;
    out[1] = base + (uint32_t)__builtin_ctzll(ends | top);
    ends &= ends - 1;
    out[2] = base + (uint32_t)__builtin_ctzll(ends | top);
    ends &= ends - 1;
    out[3] = base + (uint32_t)__builtin_ctzll(ends | top);
    return ends & (ends - 1);
}

/* Most often 16 a block are enough, which is known without a look at their number. */
INLINE size_t put_all(const struct masks *masks, size_t blocks, uint32_t base,
                      uint32_t *out, size_t *lines)
{
    const uint32_t *begin = out;
    for (size_t i = 0; i < blocks; i++, base += 64) {
        uint64_t ends = masks[i].ends;
        size_t count = count_of(ends);
        for (size_t n = 0; n < count; n += 16) {
            ends = put_four(ends, base, out + n);
            ends = put_four(ends, base, out + n + 4);
            ends = put_four(ends, base, out + n + 8);
            ends = put_four(ends, base, out + n + 12);
        }
        out += count;
        *lines += count_of(masks[i].lf);
    }
    return (size_t)(out - begin);
}

static size_t put_some(const struct masks *masks, size_t blocks, uint32_t base,
                       uint32_t *out, size_t *lines)
{
    return put_all(masks, blocks, base, out, lines);
}

#ifdef __x86_64__

INLINE uint64_t bits16(__m128i bytes, unsigned at)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << at;
}

static uint64_t mask_of(const char *p, char c)
{
    uint64_t mask = 0;
    for (unsigned at = 0; at < 64; at += 16) {
        __m128i bytes = _mm_loadu_si128((const void *)(p + at));
        mask |= bits16(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)), at);
    }
    return mask;
}

/* What every CPU of the kind can do. */
static void mask_some(const char *p, size_t blocks, struct masks *out)
{
    for (size_t i = 0; i < blocks; i++) {
        struct masks m = {0};
        for (unsigned at = 0; at < 64; at += 16, p += 16) {
            __m128i bytes = _mm_loadu_si128((const void *)p);
            __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8('\f')), bytes);
            __m128i lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
            __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
            __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
            m.ends |= bits16(_mm_or_si128(comma, lf), at);
            m.lf |= bits16(lf, at);
            m.cr |= bits16(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')), at);
            m.rare |= bits16(_mm_or_si128(_mm_xor_si128(low, lf), quote), at);
        }
        out[i] = m;
    }
}

/* CPUs of 2013 and later. */
#define WIDE __attribute__((target("avx2,bmi,popcnt")))

WIDE INLINE uint64_t bits32(__m256i bytes, unsigned at)
{
    return (uint64_t)(unsigned)_mm256_movemask_epi8(bytes) << at;
}

WIDE static void mask_wide(const char *p, size_t blocks, struct masks *out)
{
    for (size_t i = 0; i < blocks; i++) {
        struct masks m = {0};
        for (unsigned at = 0; at < 64; at += 32, p += 32) {
            __m256i bytes = _mm256_loadu_si256((const void *)p);
            __m256i low =
                _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8('\f')), bytes);
            __m256i lf = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'));
            __m256i comma = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(','));
            __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
            m.ends |= bits32(_mm256_or_si256(comma, lf), at);
            m.lf |= bits32(lf, at);
            m.cr |= bits32(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r')), at);
            m.rare |= bits32(_mm256_or_si256(_mm256_xor_si256(low, lf), quote), at);
        }
        out[i] = m;
    }
}

WIDE static size_t put_wide(const struct masks *masks, size_t blocks, uint32_t base,
                            uint32_t *out, size_t *lines)
{
    return put_all(masks, blocks, base, out, lines);
}

/* CPUs for servers of 2017 and later. */
#define WIDEST __attribute__((target("avx512f,avx512bw,bmi,popcnt")))

WIDEST static void mask_widest(const char *p, size_t blocks, struct masks *out)
{
    for (size_t i = 0; i < blocks; i++, p += 64) {
        __m512i bytes = _mm512_loadu_si512((const void *)p);
        uint64_t lf = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
        uint64_t comma = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(','));
        uint64_t quote = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
        uint64_t low = _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8('\f'));
        out[i].ends = comma | lf;
        out[i].lf = lf;
        out[i].cr = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'));
        out[i].rare = (low ^ lf) | quote;
    }
}

WIDEST static size_t put_widest(const struct masks *masks, size_t blocks, uint32_t base,
                                uint32_t *out, size_t *lines)
{
    const uint32_t *begin = out;
    __m512i at = _mm512_add_epi32(
        _mm512_set1_epi32((int)base),
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    for (size_t i = 0; i < blocks; i++) {
        uint64_t ends = masks[i].ends;
        for (int quarter = 0; quarter < 4; quarter++) {
            __mmask16 some = (__mmask16)(ends & 0xffff);
            _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(some, at));
            out += count_of(some);
            at = _mm512_add_epi32(at, _mm512_set1_epi32(16));
            ends >>= 16;
        }
        *lines += count_of(masks[i].lf);
    }
    return (size_t)(out - begin);
}

static void choose(enum od_csv_width width, mask_fn **mask, put_fn **put)
{
    bool counts = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    bool widest =
        counts && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    bool wide = counts && __builtin_cpu_supports("avx2");
    *mask = mask_some;
    *put = put_some;
    if (wide && width <= OD_CSV_WIDE) {
        *mask = mask_wide;
        *put = put_wide;
    }
    if (widest && width <= OD_CSV_WIDEST) {
        *mask = mask_widest;
        *put = put_widest;
    }
}

#else

static uint64_t mask_of(const char *p, char c)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < 64; i++) {
        mask |= (uint64_t)(p[i] == c) << i;
    }
    return mask;
}

static void mask_some(const char *p, size_t blocks, struct masks *out)
{
    for (size_t i = 0; i < blocks; i++, p += 64) {
        uint64_t lf = mask_of(p, '\n');
        out[i] = (struct masks){mask_of(p, ',') | lf, lf, mask_of(p, '\r'),
                                mask_of(p, '"') | mask_of(p, '\0')};
    }
}

static void choose(enum od_csv_width width, mask_fn **mask, put_fn **put)
{
    (void)width;
    *mask = mask_some;
    *put = put_some;
}

#endif

/* Each bit becomes the parity of those up to it: set from a quotation mark to before the
 * next one. */
static uint64_t parity(uint64_t x)
{
    for (unsigned shift = 1; shift < 64; shift *= 2) {
        x ^= x << shift;
    }
    return x;
}

/*
 * Where there are quotation marks or lone carriage returns. Two quotation marks that
 * stand for one close and open the field: a mark may open behind one that closed.
 */
static void look(struct od_csv_scan *s, const char *p, uint64_t valid, struct masks *m)
{
    uint64_t quote = mask_of(p, '"') & valid;
    uint64_t inside = parity(quote) ^ s->inside;
    uint64_t opening = quote & inside;
    uint64_t closing = quote & ~inside;
    uint64_t ends = m->ends & ~inside;
    uint64_t cr = m->cr & ~inside;
    uint64_t before = (ends | closing) << 1 | s->edge;
    uint64_t behind_closing = (closing << 1 | s->closing) & valid;
    uint64_t behind_cr = (cr << 1 | s->cr) & valid;
    s->odd = s->odd || (opening & ~before) != 0 ||
             (behind_closing & ~(ends | opening | cr)) != 0 ||
             (behind_cr & ~m->lf) != 0 || (mask_of(p, '\0') & valid) != 0;
    s->breaks += count_of(m->lf & inside);
    s->inside = 0 - (inside >> 63);
    s->edge = (ends | closing) >> 63;
    s->closing = closing >> 63;
    s->cr = cr >> 63;
    m->ends = ends;
    m->lf &= ~inside;
}

static uint64_t first_bits(size_t count)
{
    return count < 64 ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0);
}

/* Leaves commas and line feeds inside quotes out, and what is behind the end. */
static void look_all(struct od_csv_scan *s, const char *p, size_t len,
                     struct masks *masks)
{
    size_t blocks = (len + 63) / 64;
    uint64_t valid = first_bits(len - 64 * (blocks - 1));
    struct masks *m = &masks[blocks - 1];
    *m = (struct masks){m->ends & valid, m->lf & valid, m->cr & valid, m->rare & valid};
    for (size_t i = 0; i < blocks; i++) {
        m = &masks[i];
        /* Lines that end with CR LF are as plain as others. */
        uint64_t lone_cr = (m->cr << 1 & ~m->lf) | m->cr >> 63;
        if ((m->rare | lone_cr | s->inside | s->closing | s->cr) != 0) {
            look(s, p + 64 * i, i + 1 < blocks ? ~UINT64_C(0) : valid, m);
        } else {
            s->edge = m->ends >> 63;
        }
    }
}

size_t od_csv_scan(struct od_csv_scan *s, const char *data, size_t from, size_t to,
                   uint32_t *ends)
{
    struct masks masks[BLOCKS] = {0};
    mask_fn *mask = NULL;
    put_fn *put = NULL;
    size_t count = 0;
    choose(s->width, &mask, &put);
    for (size_t at = from; at < to; at += (size_t)64 * BLOCKS) {
        size_t len = to - at < (size_t)64 * BLOCKS ? to - at : (size_t)64 * BLOCKS;
        size_t blocks = (len + 63) / 64;
        mask(data + at, blocks, masks);
        look_all(s, data + at, len, masks);
        count += put(masks, blocks, (uint32_t)at, ends + count, &s->lines);
    }
    return count;
}
