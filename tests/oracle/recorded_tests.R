# Writes what R says of recorded latencies, tests/golden/stats/recorded.csv (a run of odbench-run against
# odbench-serve, some of its columns), into tests/golden/stats/recorded.txt, which tests/unit/test_recorded_cells.c
# reads. From the top of the tree:
#
#   Rscript tests/oracle/recorded_tests.R
#
# Of each cell: "cell" and its number; "values" in nanoseconds, "rep" and "image" of each; of each image "bytes",
# "pixels", "objects" and "latency", its mean; "quantile" permille, type 7; "ranks" permille and both ends of the
# interval of the quantile by order statistics; "mean" over the images' means, and both ends of Student's t interval
# over the repetitions, each as far as its requests lie from the means of their images; "fit" of the latency on the
# three: for each coefficient value, low, high, and, but for the intercept, the standardised three; "r2".
# Behind all cells: "half" the width of t's interval and its values; "order" count, permille, and the indices (from 0)
# of both ends of the interval of a quantile, -1 where there is none. Intervals of 95 %, 17 digits.

rows <- read.csv("tests/golden/stats/recorded.csv")
rows <- rows[rows$phase == "main" & rows$status == "ok", ]
rows <- rows[order(rows$cell_id, rows$seq), ]
out <- file("tests/golden/stats/recorded.txt", "w")
writeLines(sprintf("# %s by tests/oracle/recorded_tests.R", R.version.string), out)
line <- function(word, ...) {
    writeLines(paste(c(word, sprintf("%.17g", c(...))), collapse = " "), out)
}
tail <- 0.025

# Indices from 0: as many of n values lie below the quantile as a binomial variable says.
order_of <- function(n, p) {
    low <- qbinom(tail, n, p)
    low <- if (pbinom(low, n, p) > tail) low - 1 else low
    high <- qbinom(1 - tail, n, p)
    if (low < 0 || high >= n) c(-1, -1) else c(low, high)
}

standard <- function(frame) as.data.frame(lapply(frame, function(x) (x - mean(x)) / sd(x)))

for (id in unique(rows$cell_id)) {
    cell <- rows[rows$cell_id == id, ]
    ns <- as.numeric(cell$service_ns)
    images <- sort(unique(cell$image_id))
    first <- match(images, cell$image_id)
    means <- as.numeric(tapply(ns, cell$image_id, mean))
    line("cell", as.numeric(sub("c", "", id)))
    line("values", ns)
    line("rep", cell$rep)
    line("image", match(cell$image_id, images) - 1)
    frame <- data.frame(bytes = as.numeric(cell$file_bytes[first]),
                        pixels = as.numeric(cell$width[first]) * cell$height[first],
                        objects = as.numeric(cell$gt_objects[first]), latency = means)
    for (name in names(frame)) line(name, frame[[name]])
    for (permille in c(0, 1, 50, 250, 333, 500, 750, 900, 950, 990, 999, 1000)) {
        line("quantile", permille, quantile(ns, permille / 1000, type = 7, names = FALSE))
    }
    for (permille in c(50, 250, 500, 750, 900)) {
        at <- order_of(length(ns), permille / 1000)
        line("ranks", permille, sort(ns)[at + 1])
    }
    shifts <- tapply(ns - means[match(cell$image_id, images)], cell$rep, mean)
    half <- diff(t.test(shifts)$conf.int) / 2
    line("mean", mean(means), mean(means) - half, mean(means) + half)
    fit <- lm(latency ~ bytes + pixels + objects, frame)
    scaled <- lm(latency ~ bytes + pixels + objects, standard(frame))
    for (i in 1:4) {
        line("fit", coef(fit)[i], confint(fit)[i, ],
             if (i > 1) c(coef(scaled)[i], confint(scaled)[i, ]))
    }
    line("r2", summary(fit)$r.squared)
}

set.seed(3)
for (n in c(2, 3, 4, 5, 10, 30, 100)) {
    for (values in list(rnorm(n), 1e9 + 1e6 * rnorm(n), rep(5, n) + c(rep(0, n - 1), 1e-3))) {
        line("half", diff(t.test(values)$conf.int) / 2, values)
    }
}
for (n in c(1, 2, 5, 6, 8, 10, 20, 40, 63, 64, 100, 129, 130, 131, 661, 662, 1000, 6636, 100000, 10000000)) {
    for (permille in c(1, 50, 250, 500, 750, 900, 950, 990, 999)) {
        line("order", n, permille, order_of(n, permille / 1000))
    }
}
close(out)
