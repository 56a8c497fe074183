/* Life cycle of figures, and lines through points. */
#include "table/plot.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

void od_plot_release(struct od_plot *plot)
{
    for (size_t i = 0; i < plot->series_count; i++) {
        free(plot->series[i].label);
        free(plot->series[i].values);
    }
    free(plot->series);
    free_texts(plot->names, plot->name_count);
    free_texts(plot->notes, plot->note_count);
    free(plot->title);
    *plot = (struct od_plot){0};
}

struct od_plot_series *od_plot_add(struct od_plot *plot, char *label)
{
    plot->series = od_xgrow(plot->series, plot->series_count, &plot->series_capacity,
                            sizeof *plot->series);
    struct od_plot_series *series = &plot->series[plot->series_count++];
    *series = (struct od_plot_series){.label = label, .colour = plot->series_count - 1};
    return series;
}

void od_plot_name(struct od_plot *plot, char *text)
{
    plot->names = od_xgrow(plot->names, plot->name_count, &plot->name_capacity,
                           sizeof *plot->names);
    plot->names[plot->name_count++] = text;
}

void od_plot_note(struct od_plot *plot, char *text)
{
    plot->notes = od_xgrow(plot->notes, plot->note_count, &plot->note_capacity,
                           sizeof *plot->notes);
    plot->notes[plot->note_count++] = text;
}

char *od_plot_short_note(const char *note)
{
    const char *colon = *note == '[' ? strchr(note, ':') : NULL;
    return od_xstrndup(note, colon != NULL ? (size_t)(colon - note) : strlen(note));
}

size_t od_plot_columns(enum od_plot_kind kind)
{
    static const size_t columns[] = {[OD_PLOT_LINES] = 2,
                                     [OD_PLOT_POINTS] = 2,
                                     [OD_PLOT_BOXES] = 5,
                                     [OD_PLOT_STACKS] = 1,
                                     [OD_PLOT_PLACES] = 6};
    return columns[kind];
}

void od_plot_row(const struct od_plot *plot, struct od_plot_series *series,
                 const double *numbers)
{
    size_t columns = od_plot_columns(plot->kind);
    series->values = od_xgrow(series->values, series->row_count, &series->capacity,
                              columns * sizeof *series->values);
    for (size_t i = 0; i < columns; i++) {
        series->values[series->row_count * columns + i] = numbers[i];
    }
    series->row_count++;
}

void od_plot_fit(struct od_plot_series *series)
{
    double n = (double)series->row_count;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (size_t i = 0; i < series->row_count; i++) {
        x += series->values[2 * i] / n;
        y += series->values[2 * i + 1] / n;
    }
    for (size_t i = 0; i < series->row_count; i++) {
        double dx = series->values[2 * i] - x;
        xx += dx * dx;
        xy += dx * (series->values[2 * i + 1] - y);
    }
    series->fitted = series->row_count > 2 && xx > 0;
    series->slope = series->fitted ? xy / xx : 0;
    series->offset = y - series->slope * x;
}
