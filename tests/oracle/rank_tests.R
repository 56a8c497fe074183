# Makes the data sets of tests/unit/test_signed_rank.c and writes what R's wilcox.test says
# of them: tests/golden/rank/rank.txt. From the top of the tree, then rank_tests.py:
#
#   Rscript tests/oracle/rank_tests.R && python3 tests/oracle/rank_tests.py
#
# Lines: "data" and the values; then for each way "r", whether exact was asked and the
# continuity correction, the confidence asked, V, p, estimate, low, high and the confidence
# that R states. 17 significant digits; data are drawn from a seed.

set.seed(44)
dir.create("tests/golden/rank", recursive = TRUE, showWarnings = FALSE)
out <- file("tests/golden/rank/rank.txt", "w")
writeLines(sprintf("# %s by tests/oracle/rank_tests.R", R.version.string), out)
line <- function(word, ...) {
    writeLines(paste(c(word, sprintf("%.17g", c(...))), collapse = " "), out)
}

# Logarithms of ratios of latencies: a gamma tail on both sides, images that differ.
log_ratios <- function(n, shift) {
    base <- exp(rnorm(n, log(0.4), 0.5))
    a <- base * (1 + rgamma(n, 2, 60))
    b <- base * (1 + rgamma(n, 2, 60)) * (1 + shift)
    log(b / a)
}

sets <- list(
    # The smallest: one, two, three values.
    5, -0.25, c(1, 2), c(-3, 1), c(5, 5), c(5, -5), c(0.3, 0.1, 0.2), c(-1, 2, -3), c(1, 1, 1),
    # Constant, nothing but zeros, zeros among others, ties.
    rep(2.5, 8), rep(-1, 60), 0, c(0, 0, 0, 0), c(0, 1, 2, 3, 4, 5), c(0, 0, -1.5, 2.5, 0.5, 0),
    c(0, 3), c(0, 3, -3, 3), c(1, 1, 2, 2, 3, 3, -1), c(-2, -2, -2, 1, 5, 7, 7, 9),
    round(rnorm(12, 1, 2)), round(rnorm(40, 0, 3)), round(rnorm(120, 0.3, 2)),
    sample(c(-1, 1), 30, TRUE), sample(c(-1, 0, 1), 75, TRUE),
    # Negative alone, positive alone.
    -rexp(10), rexp(6), -abs(rcauchy(25)), rexp(200),
    # Infinite values: one, several of one sign, of both.
    c(Inf, 1, -2, 3, 4.5, 0.5), c(-Inf, 1, 2.5, -3.5, 6, 7), c(Inf, Inf, 1, 2, 3, -4),
    c(-Inf, Inf, 1, 2, 3.5, 5), c(rnorm(60), Inf), c(rnorm(60), -Inf, -Inf), Inf,
    # Heavy tails, far scales, around the limit of 49 values.
    rcauchy(20), rcauchy(300), rt(150, 1.5) * 1e6, 1e-12 * rnorm(33), 1e12 + 1e3 * rnorm(20),
    rnorm(48), rnorm(49), rnorm(50), rnorm(51, 0.5),
    # Ratios of latencies.
    log_ratios(8, 0.05), log_ratios(20, 0), log_ratios(49, 0.03), log_ratios(128, 0.01),
    log_ratios(300, 0.05), log_ratios(500, 0))
stopifnot(length(sets) == 50)

for (x in sets) {
    line("data", x)
    for (exact in if (length(x) < 50) c(TRUE, FALSE) else FALSE) {
        for (correct in c(TRUE, FALSE)) {
            for (level in c(0.95, 0.99)) {
                w <- suppressWarnings(wilcox.test(x, conf.int = TRUE, exact = exact,
                                                  correct = correct, conf.level = level,
                                                  tol.root = 1e-13))
                line("r", exact, correct, level, w$statistic, w$p.value, w$estimate,
                     w$conf.int, attr(w$conf.int, "conf.level"))
            }
        }
    }
}
close(out)
