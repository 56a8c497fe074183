/* Doubling, then bisection. */
#include "load/search.h"

#include "base/parse.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "p99", "p99.9" or "median" in thousandths; -1 for anything else. */
static int quantile_of(const char *text)
{
    double percent = 0;
    if (strcmp(text, "median") == 0) {
        return 500;
    }
    if (text[0] != 'p' || text[1 + strspn(text + 1, "0123456789.")] != '\0' ||
        od_parse_double(text + 1, 0.1, 99.9, &percent, NULL) != 0) {
        return -1;
    }
    double permille = round(percent * 10);
    return fabs(percent * 10 - permille) < 1e-9 ? (int)permille : -1;
}

int od_slo_parse(const char *text, struct od_slo *out, struct od_err *err)
{
    char word[16] = "";
    int64_t limit_ns = 0;
    const char *sign = strchr(text, '<');
    size_t len = sign != NULL ? (size_t)(sign - text) : 0;
    if (sign != NULL && len < sizeof word) {
        memcpy(word, text, len);
        word[len] = '\0';
    }
    int permille = quantile_of(word);
    if (permille < 0 || sign == NULL ||
        od_parse_duration_ns(sign + 1, &limit_ns, NULL) != 0 || limit_ns == 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s' is not an objective such as p99<100ms or median<20ms", text);
    }
    *out = (struct od_slo){.permille = permille, .limit_ns = limit_ns};
    return 0;
}

void od_search_init(struct od_search *search, double first_per_s, double least_per_s,
                    double most_per_s, double precision)
{
    assert(least_per_s > 0 && least_per_s <= first_per_s && first_per_s <= most_per_s);
    assert(precision > 0);
    *search = (struct od_search){.next_per_s = first_per_s,
                                 .least_per_s = least_per_s,
                                 .most_per_s = most_per_s,
                                 .precision = precision};
}

void od_search_tell(struct od_search *search, bool kept)
{
    double tried = search->next_per_s;
    assert(tried > 0);
    search->steps++;
    if (kept) {
        search->kept_per_s = tried;
    } else {
        search->missed_per_s = tried;
    }
    if (search->missed_per_s <= 0) {
        search->next_per_s =
            tried < search->most_per_s ? fmin(2 * tried, search->most_per_s) : 0;
    } else if (search->kept_per_s <= 0) {
        search->next_per_s =
            tried > search->least_per_s ? fmax(tried / 2, search->least_per_s) : 0;
    } else if (search->missed_per_s <= search->kept_per_s * (1 + search->precision)) {
        search->next_per_s = 0;
    } else {
        search->next_per_s = (search->kept_per_s + search->missed_per_s) / 2;
    }
}
