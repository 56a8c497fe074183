/* The outlines of the eight shapes. */
#include "dataset/scene_parts.h"

#include <math.h>

static const char *const names[OD_SCENE_CATEGORIES] = {
    "disc", "ring", "square", "triangle", "star", "cross", "hexagon", "crescent"};

const char *od_scene_category_name(int category)
{
    return category >= 1 && category <= OD_SCENE_CATEGORIES ? names[category - 1] : NULL;
}

/* A contour with corners at equal angles, or the other way round when count is negative.
 */
static void add_regular(struct od_path *path, int count, double radius, double turn)
{
    int n = count < 0 ? -count : count;
    od_path_begin(path);
    for (int i = 0; i < n; i++) {
        struct od_point p = od_circle_point(turn + (double)i / count);
        od_path_add(path, p.x * radius, p.y * radius);
    }
}

/* Enough corners that the eye and the box do not tell a circle from its polygon. */
static int circle_corners(double radius)
{
    return radius < 24 ? 48 : radius < 200 ? 96 : 256;
}

static void add_star(struct od_path *path, double radius, double inner, double turn)
{
    od_path_begin(path);
    for (int i = 0; i < 10; i++) {
        struct od_point p = od_circle_point(turn + i / 10.0);
        double r = i % 2 == 0 ? radius : radius * inner;
        od_path_add(path, p.x * r, p.y * r);
    }
}

/* arm is half the width of an arm as a part of its length. */
static void add_cross(struct od_path *path, double radius, double arm, double turn)
{
    double length = radius / sqrt(1 + arm * arm);
    double half = length * arm;
    const struct od_point corners[3] = {{length, -half}, {length, half}, {half, half}};
    od_path_begin(path);
    for (int i = 0; i < 12; i++) {
        int quarter = i / 3;
        struct od_point axis = od_circle_point(turn + quarter * 0.25);
        struct od_point p = corners[i % 3];
        od_path_add(path, p.x * axis.x - p.y * axis.y, p.x * axis.y + p.y * axis.x);
    }
}

/*
 * A disc bitten by a circle through the two tips, which stand at +-tip turns, and through
 * the point -depth on the axis. The bite runs over less than half of its circle, so its x
 * follows from its y.
 */
static void add_crescent(struct od_path *path, double radius, double tip, double depth)
{
    int corners = circle_corners(radius) / 2;
    struct od_point end = od_circle_point(tip);
    double centre = (1 - depth * depth) / (2 * (end.x + depth));
    double bite = centre + depth;
    od_path_begin(path);
    for (int i = 0; i <= corners; i++) {
        struct od_point p = od_circle_point(tip + (1 - 2 * tip) * i / corners);
        od_path_add(path, p.x * radius, p.y * radius);
    }
    for (int i = 1; i < corners; i++) {
        double y = -end.y * od_circle_point(0.25 - 0.5 * i / corners).y;
        double x = centre - sqrt(bite * bite - y * y);
        od_path_add(path, x * radius, y * radius);
    }
}

static void rotate(struct od_path *path, double turn)
{
    struct od_point axis = od_circle_point(turn);
    for (size_t i = 0; i < path->count; i++) {
        struct od_point p = path->points[i];
        path->points[i] =
            (struct od_point){p.x * axis.x - p.y * axis.y, p.x * axis.y + p.y * axis.x};
    }
}

void od_scene_outline(struct od_path *path, int category, double radius,
                      struct od_rng *rng)
{
    double turn = od_rng_unit(rng);
    double form = od_rng_unit(rng); /* how thick, how pointed ... */
    od_path_reset(path);
    switch (category) {
    case 1:
        add_regular(path, circle_corners(radius), radius, turn);
        break;
    case 2:
        add_regular(path, circle_corners(radius), radius, turn);
        add_regular(path, -circle_corners(radius), radius * (0.45 + 0.2 * form), turn);
        break;
    case 3:
        add_regular(path, 4, radius, turn);
        break;
    case 4:
        add_regular(path, 3, radius, turn);
        break;
    case 5:
        add_star(path, radius, 0.38 + 0.1 * form, turn);
        break;
    case 6:
        add_cross(path, radius, 0.25 + 0.12 * form, turn);
        break;
    case 7:
        add_regular(path, 6, radius, turn);
        break;
    case 8:
        add_crescent(path, radius, 0.18 + 0.04 * form, 0.15 + 0.25 * od_rng_unit(rng));
        rotate(path, turn);
        break;
    }
}
