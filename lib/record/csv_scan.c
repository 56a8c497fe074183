/* 64 bytes of CSV become masks of 64 bits, a bit a byte, and these the ends of fields. */
#include "record/csv_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct masks {
    uint64_t comma;
    uint64_t lf;
    uint64_t rare; /* quotation marks, and CR, NUL and others up to CR but LF */
};

#ifdef __SSE2__

static inline uint64_t bits(__m128i bytes, unsigned at)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << at;
}

static inline struct masks masks_of(const char *p)
{
    const __m128i comma = _mm_set1_epi8(',');
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i lf = _mm_set1_epi8('\n');
    const __m128i cr = _mm_set1_epi8('\r');
    struct masks m = {0};
    for (unsigned at = 0; at < 64; at += 16) {
        __m128i bytes = _mm_loadu_si128((const void *)(p + at));
        __m128i is_lf = _mm_cmpeq_epi8(bytes, lf);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, cr), bytes);
        __m128i rare =
            _mm_or_si128(_mm_xor_si128(low, is_lf), _mm_cmpeq_epi8(bytes, quote));
        m.comma |= bits(_mm_cmpeq_epi8(bytes, comma), at);
        m.lf |= bits(is_lf, at);
        m.rare |= bits(rare, at);
    }
    return m;
}

static uint64_t mask_of(const char *p, char c)
{
    const __m128i wanted = _mm_set1_epi8(c);
    uint64_t mask = 0;
    for (unsigned at = 0; at < 64; at += 16) {
        __m128i bytes = _mm_loadu_si128((const void *)(p + at));
        mask |= bits(_mm_cmpeq_epi8(bytes, wanted), at);
    }
    return mask;
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

static inline struct masks masks_of(const char *p)
{
    struct masks m = {mask_of(p, ','), mask_of(p, '\n'), 0};
    m.rare = mask_of(p, '"') | mask_of(p, '\r') | mask_of(p, '\0');
    return m;
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
 * The ends of fields where there are quotation marks or carriage returns. Two quotation
 * marks that stand for one close and open the field: a mark may open behind one that
 * closed.
 */
static uint64_t careful(struct od_csv_scan *s, const char *p, const struct masks *m,
                        uint64_t valid)
{
    uint64_t quote = mask_of(p, '"') & valid;
    uint64_t cr = mask_of(p, '\r') & valid;
    uint64_t inside = parity(quote) ^ s->inside;
    uint64_t opening = quote & inside;
    uint64_t closing = quote & ~inside;
    uint64_t ends = (m->comma | m->lf) & ~inside;
    uint64_t before = (ends | closing) << 1 | s->edge;
    uint64_t behind_closing = (closing << 1 | s->closing) & valid;
    uint64_t behind_cr = ((cr & ~inside) << 1 | s->cr) & valid;
    s->odd = s->odd || (opening & ~before) != 0 ||
             (behind_closing & ~(ends | opening | (cr & ~inside))) != 0 ||
             (behind_cr & ~m->lf) != 0 || (mask_of(p, '\0') & valid) != 0;
    s->inside = 0 - (inside >> 63);
    s->edge = (ends | closing) >> 63;
    s->closing = closing >> 63;
    s->cr = (cr & ~inside) >> 63;
    return ends;
}

static inline unsigned count_of(uint64_t mask)
{
    return (unsigned)__builtin_popcountll(mask);
}

/* Eight at a time, as many fields are short; what is written too much is written over. */
static inline size_t put(uint64_t ends, uint32_t base, uint32_t *out)
{
    const uint64_t top = UINT64_C(1) << 63;
    size_t count = count_of(ends);
    for (size_t n = 0; n < count; n += 8) {
        for (size_t i = 0; i < 8; i++) {
            out[n + i] = base + (uint32_t)__builtin_ctzll(ends | top);
            ends &= ends - 1;
        }
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
scan_all(struct od_csv_scan *s, const char *data, size_t from, size_t to, uint32_t *ends)
{
    size_t count = 0;
    for (size_t at = from; at < to; at += 64) {
        struct masks m = masks_of(data + at);
        uint64_t valid = to - at < 64 ? (UINT64_C(1) << (to - at)) - 1 : ~UINT64_C(0);
        uint64_t found = 0;
        m.comma &= valid;
        m.lf &= valid;
        if (((m.rare & valid) | s->inside | s->closing | s->cr) != 0) {
            found = careful(s, data + at, &m, valid);
        } else {
            found = m.comma | m.lf;
            s->edge = found >> 63;
        }
        count += put(found, (uint32_t)at, ends + count);
        s->lines += count_of(found & m.lf);
        s->breaks += count_of(m.lf);
    }
    return count;
}

#ifdef __x86_64__

/* The same with the instructions that count bits, which not every CPU has. */
__attribute__((target("avx,bmi,popcnt"))) static size_t
scan_counting(struct od_csv_scan *s, const char *data, size_t from, size_t to,
              uint32_t *ends)
{
    return scan_all(s, data, from, to, ends);
}

size_t od_csv_scan(struct od_csv_scan *s, const char *data, size_t from, size_t to,
                   uint32_t *ends)
{
    bool counts = __builtin_cpu_supports("avx") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("popcnt");
    return counts ? scan_counting(s, data, from, to, ends)
                  : scan_all(s, data, from, to, ends);
}

#else

size_t od_csv_scan(struct od_csv_scan *s, const char *data, size_t from, size_t to,
                   uint32_t *ends)
{
    return scan_all(s, data, from, to, ends);
}

#endif
