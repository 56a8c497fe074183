/* Places for names around points: near ones that hide little, point after point. */
#include "table/plot_labels.h"

#include "base/alloc.h"

#include <stdlib.h>

/* A point's mark, half a bar's thickness, half a line of text, and free room at the
 * edges. */
#define MARK 6.0
#define BAR  2.0
#define LINE 8.0
#define EDGE 3.0
/* What a unit of hidden area costs, against a unit of distance from the point: a bar may
 * run through a name rather than that stands far away. */
#define NAME_COST  20.0
#define POINT_COST 20.0
#define BAR_COST   0.7
/* Around a point the names of others mislead. */
#define AROUND      22.0
#define AROUND_COST 0.06

struct box {
    double left;
    double right;
    double bottom;
    double top;
    double cost; /* a unit of area */
};

struct obstacles {
    const struct od_place *places; /* of all names */
    size_t place_count;
    struct box *items; /* owned */
    size_t count;
};

static void add(struct obstacles *obstacles, double left, double right, double bottom,
                double top, double cost)
{
    obstacles->items[obstacles->count++] = (struct box){left, right, bottom, top, cost};
}

static double overlap(const struct box *a, const struct box *b)
{
    double left = a->left > b->left ? a->left : b->left;
    double right = a->right < b->right ? a->right : b->right;
    double bottom = a->bottom > b->bottom ? a->bottom : b->bottom;
    double top = a->top < b->top ? a->top : b->top;
    return left < right && bottom < top ? (right - left) * (top - bottom) : 0;
}

/* What the name of that place costs there. */
static double hidden(const struct obstacles *obstacles, size_t place,
                     const struct box *name)
{
    double sum = 0;
    for (size_t i = 0; i < obstacles->count; i++) {
        sum += overlap(&obstacles->items[i], name) * obstacles->items[i].cost;
    }
    for (size_t i = 0; i < obstacles->place_count; i++) {
        const struct od_place *p = &obstacles->places[i];
        const struct box around = {p->x - AROUND, p->x + AROUND, p->y - AROUND,
                                   p->y + AROUND, 0};
        sum += i != place ? overlap(&around, name) * AROUND_COST : 0;
    }
    return sum;
}

/* A direction: where the name's box lies from the point. across -1: to its left, 0: in
 * the middle, 1: to its right; up likewise. */
struct direction {
    int across;
    int up;
};
static const struct direction directions[] = {{1, 0}, {-1, 0}, {0, 1},  {0, -1},
                                              {1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
static const double distances[] = {10, 20, 30, 42, 56, 72, 90, 110, 135, 165, 200};

enum {
    DIRECTIONS = sizeof directions / sizeof directions[0],
    DISTANCES = sizeof distances / sizeof distances[0]
};

static struct box box_at(const struct od_place *place, const struct direction *to,
                         double distance)
{
    double aside = to->up != 0 ? distance * 0.7 : distance;
    double left = to->across > 0   ? place->x + aside
                  : to->across < 0 ? place->x - aside - place->width
                                   : place->x - place->width / 2;
    double middle = place->y + to->up * (distance + LINE / 2);
    return (struct box){left, left + place->width, middle - LINE, middle + LINE,
                        NAME_COST};
}

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void put_label(const struct od_place *place, const struct box *box, bool leads,
                      struct od_place_label *out)
{
    *out = (struct od_place_label){.x = box->left,
                                   .y = (box->bottom + box->top) / 2,
                                   .leads = leads,
                                   .to_x = within(place->x, box->left, box->right),
                                   .to_y = within(place->y, box->bottom, box->top)};
}

static void arrange(struct obstacles *obstacles, size_t at, const struct box *plot,
                    struct od_place_label *out)
{
    const struct od_place *place = &obstacles->places[at];
    struct box best = box_at(place, &directions[0], distances[0]);
    double least = -1;
    bool leads = false;
    for (size_t d = 0; d < DISTANCES; d++) {
        for (size_t i = 0; i < DIRECTIONS; i++) {
            struct box box = box_at(place, &directions[i], distances[d]);
            /* A line along a bar would not be seen. */
            bool seen = d == 0 || directions[i].up != 0;
            bool inside = seen && box.left >= plot->left && box.right <= plot->right &&
                          box.bottom >= plot->bottom && box.top <= plot->top;
            double cost = distances[d] + hidden(obstacles, at, &box);
            if (inside && (least < 0 || cost < least)) {
                least = cost;
                best = box;
                leads = d > 0;
            }
        }
    }
    put_label(place, &best, leads, out);
    add(obstacles, best.left, best.right, best.bottom, best.top, NAME_COST);
}

void od_places_arrange(const struct od_place *places, size_t count, double width,
                       double height, struct od_place_label *out)
{
    struct obstacles obstacles = {.places = places,
                                  .place_count = count,
                                  .items =
                                      od_xcalloc(4 * count, sizeof *obstacles.items)};
    const struct box plot = {EDGE, width - EDGE, EDGE, height - EDGE, 0};
    for (size_t i = 0; i < count; i++) {
        const struct od_place *p = &places[i];
        add(&obstacles, p->x - MARK, p->x + MARK, p->y - MARK, p->y + MARK, POINT_COST);
        add(&obstacles, p->left, p->right, p->y - BAR, p->y + BAR, BAR_COST);
        add(&obstacles, p->x - BAR, p->x + BAR, p->bottom, p->top, BAR_COST);
    }
    /* From the right, where names have the room that their points need. */
    bool *done = od_xcalloc(count, sizeof *done);
    for (size_t n = 0; n < count; n++) {
        size_t next = count;
        for (size_t i = 0; i < count; i++) {
            bool first = next == count || places[i].x > places[next].x;
            next = !done[i] && first ? i : next;
        }
        done[next] = true;
        arrange(&obstacles, next, &plot, &out[next]);
    }
    free(done);
    free(obstacles.items);
}
