/* Label maps: COCO's, and those of one's own. */
#include "service/labels.h"

#include "base/alloc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The categories of COCO by their ids (the data set's own annotations name them so). */
static const struct od_label_name coco[] = {
    {1, "person"},         {2, "bicycle"},       {3, "car"},
    {4, "motorcycle"},     {5, "airplane"},      {6, "bus"},
    {7, "train"},          {8, "truck"},         {9, "boat"},
    {10, "traffic light"}, {11, "fire hydrant"}, {13, "stop sign"},
    {14, "parking meter"}, {15, "bench"},        {16, "bird"},
    {17, "cat"},           {18, "dog"},          {19, "horse"},
    {20, "sheep"},         {21, "cow"},          {22, "elephant"},
    {23, "bear"},          {24, "zebra"},        {25, "giraffe"},
    {27, "backpack"},      {28, "umbrella"},     {31, "handbag"},
    {32, "tie"},           {33, "suitcase"},     {34, "frisbee"},
    {35, "skis"},          {36, "snowboard"},    {37, "sports ball"},
    {38, "kite"},          {39, "baseball bat"}, {40, "baseball glove"},
    {41, "skateboard"},    {42, "surfboard"},    {43, "tennis racket"},
    {44, "bottle"},        {46, "wine glass"},   {47, "cup"},
    {48, "fork"},          {49, "knife"},        {50, "spoon"},
    {51, "bowl"},          {52, "banana"},       {53, "apple"},
    {54, "sandwich"},      {55, "orange"},       {56, "broccoli"},
    {57, "carrot"},        {58, "hot dog"},      {59, "pizza"},
    {60, "donut"},         {61, "cake"},         {62, "chair"},
    {63, "couch"},         {64, "potted plant"}, {65, "bed"},
    {67, "dining table"},  {70, "toilet"},       {72, "tv"},
    {73, "laptop"},        {74, "mouse"},        {75, "remote"},
    {76, "keyboard"},      {77, "cell phone"},   {78, "microwave"},
    {79, "oven"},          {80, "toaster"},      {81, "sink"},
    {82, "refrigerator"},  {84, "book"},         {85, "clock"},
    {86, "vase"},          {87, "scissors"},     {88, "teddy bear"},
    {89, "hair drier"},    {90, "toothbrush"},
};
enum { COCO = sizeof coco / sizeof coco[0], LAST = 90 };

/* What Darknet's list of the same categories calls some of them. */
static const struct od_label_name others[] = {
    {4, "motorbike"},  {5, "aeroplane"},   {63, "sofa"},
    {72, "tvmonitor"}, {89, "hair dryer"},
};

const struct od_label_map od_labels_coco91 = {
    .name = "coco91", .items = coco, .count = COCO};
const struct od_label_map od_labels_coco80 = {
    .name = "coco80", .items = coco, .count = COCO, .dense = true};

const struct od_label_map *od_label_map_find(const char *name)
{
    return strcmp(name, od_labels_coco91.name) == 0   ? &od_labels_coco91
           : strcmp(name, od_labels_coco80.name) == 0 ? &od_labels_coco80
                                                      : NULL;
}

/* A map that can grow; the map itself is its first member. */
struct own_map {
    struct od_label_map map;
    struct od_label_name *items;
    size_t capacity;
};

struct od_label_map *od_label_map_new(void)
{
    struct own_map *own = od_xcalloc(1, sizeof *own);
    own->map.name = "";
    return &own->map;
}

void od_label_map_add(struct od_label_map *map, int label, const char *name)
{
    struct own_map *own = (struct own_map *)map;
    own->items = od_xgrow(own->items, map->count, &own->capacity, sizeof *own->items);
    own->items[map->count++] = (struct od_label_name){label, od_xstrdup(name)};
    map->items = own->items;
}

void od_label_map_free(struct od_label_map *map)
{
    struct own_map *own = (struct own_map *)map;
    if (own == NULL) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        /* od_label_map_add made it. */
        free((char *)(size_t)own->items[i].name);
    }
    free(own->items);
    free(own);
}

const char *od_label_map_name(const struct od_label_map *map, int label)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        if (map->items[i].label == label) {
            return map->items[i].name;
        }
    }
    return NULL;
}

/* The same text but for case, blanks, hyphens and underscores? */
static bool alike(const char *a, const char *b)
{
    static const char gaps[] = " -_";
    for (;;) {
        a += strspn(a, gaps);
        b += strspn(b, gaps);
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++;
        b++;
    }
}

static bool find_name(const struct od_label_map *map, const char *name, int *label)
{
    for (size_t i = 0; i < map->count; i++) {
        if (alike(map->items[i].name, name)) {
            *label = map->items[i].label;
            return true;
        }
    }
    return false;
}

bool od_label_map_label(const struct od_label_map *map, const char *name, int *label)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        if (strcmp(map->items[i].name, name) == 0) {
            *label = map->items[i].label;
            return true;
        }
    }
    if (map == NULL || find_name(map, name, label)) {
        return map != NULL;
    }
    for (size_t i = 0; map->items == coco && i < sizeof others / sizeof others[0]; i++) {
        if (alike(others[i].name, name)) {
            *label = others[i].label;
            return true;
        }
    }
    return false;
}

/* How many of COCO's labels are below this one. */
static int used_below(int label)
{
    int count = 0;
    while (count < COCO && coco[count].label < label) {
        count++;
    }
    return count;
}

int od_label_map_class(const struct od_label_map *map, int label)
{
    if (map == NULL || !map->dense || label < 1) {
        return label - 1;
    }
    int below = used_below(label);
    return below < COCO && coco[below].label == label ? below
                                                      : COCO + (label - 1 - below);
}

int od_label_map_of_class(const struct od_label_map *map, int number)
{
    if (map == NULL || !map->dense || number < 0) {
        return number + 1;
    }
    if (number < COCO) {
        return coco[number].label;
    }
    /* The labels up to the last that COCO uses leave gaps, which come first. */
    for (int label = 1; label <= LAST; label++) {
        if (od_label_map_class(map, label) == number) {
            return label;
        }
    }
    return number + 1;
}
