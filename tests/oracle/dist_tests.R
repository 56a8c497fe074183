# Writes what R says of the distributions, of corrections of p-values, of Fisher's and of
# Welch's test: tests/golden/stats/{dist,adjust,proportion,welch}.txt, which
# tests/unit/test_{dist,adjust,proportion,welch}.c read. From the top of the tree:
#
#   Rscript tests/oracle/dist_tests.R
#
# 17 significant digits; data are drawn from a seed.

out <- NULL
begin <- function(name) {
    dir.create("tests/golden/stats", recursive = TRUE, showWarnings = FALSE)
    out <<- file(file.path("tests/golden/stats", name), "w")
    writeLines(sprintf("# %s by tests/oracle/dist_tests.R", R.version.string), out)
}
line <- function(word, ...) {
    text <- sprintf("%.17g", c(...))
    writeLines(paste(c(word, text), collapse = " "), out)
}
set.seed(20261121)

begin("dist.txt")
for (z in c(seq(-37, 8, by = 0.5), -1e-300, -1e-9, 1e-5, -0.674489750196, 2.3263)) {
    line("normal", z, pnorm(z))
}
for (p in c(1e-300, 1e-100, 1e-30, 1e-12, 1e-6, 0.001, 0.005, 0.025, 0.0749, 0.0751, 0.1, 0.3,
            0.5, 0.5000001, 0.7, 0.9249, 0.9251, 0.975, 0.995, 0.99999, 0, 1)) {
    line("quantile", p, qnorm(p))
}
dfs <- c(0.1, 0.5, 1, 1.5, 2, 2.7, 3, 5, 9, 10.3, 18, 30, 39.9, 40.1, 50, 99.5, 365.25, 1000,
         12345.6, 999999, 1000001, 1e8, 1e12, Inf)
for (df in dfs) {
    for (t in c(0, 1e-8, 0.01, 0.5, 1, 1.7, 2.5, -3, 4.2, 7, 15, 40, 1e3, 1e6)) {
        line("student", t, df, 2 * pt(-abs(t), df))
    }
    for (p in c(1e-12, 1e-6, 0.001, 0.01, 0.05, 0.2, 0.49, 0.5, 0.51, 0.9, 0.999)) {
        line("student_quantile", p, df, -qt(p / 2, df))
    }
}
close(out)

begin("adjust.txt")
sets <- list(c(0.01, 0.04, 0.03, 0.005), 0.2, numeric(0), c(NaN, NaN), c(0.3, NaN, 0.001, NaN, 0.02),
             c(0, 0, 1, 1, 0.5), rep(0.04, 7), c(0.05, 0.9, 0.04, 0.04, NaN, 0.6, 1e-300),
             runif(40)^2, signif(runif(100)^3, 2), replace(runif(60)^4, sample(60, 9), NaN))
for (p in sets) {
    line("p", p)
    for (how in c("none", "holm", "BH")) line(how, p.adjust(p, how))
}
close(out)

begin("proportion.txt")
# Hits and count of both sides, Fisher's p; for the interval 0.95 and 0.99 from Wilson's.
wilson <- function(x, n, level) {
    as.numeric(suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int)
}
cases <- list(c(0, 10, 0, 10), c(3, 10, 7, 10), c(10, 10, 0, 10), c(1, 1, 0, 1), c(0, 1, 0, 1),
              c(0, 300, 6, 300), c(12, 1000, 31, 1100), c(5, 40, 5, 40), c(56, 70, 48, 80),
              c(9, 10, 3, 10), c(0, 20, 0, 10), c(29, 29, 4, 5), c(2, 2, 3, 700),
              c(10, 100000, 0, 100000), c(20, 1000000, 60, 1000000), c(199, 400, 7, 12))
for (i in 1:25) {
    n <- sample(1:200, 2)
    cases[[length(cases) + 1]] <- c(rbinom(1, n[1], 0.2), n[1], rbinom(1, n[2], 0.3), n[2])
}
for (k in cases) {
    table <- matrix(c(k[1], k[2] - k[1], k[3], k[4] - k[3]), 2)
    line("fisher", k, fisher.test(table, conf.int = FALSE)$p.value)
    for (level in c(0.95, 0.99)) {
        a <- wilson(k[1], k[2], level)
        b <- wilson(k[3], k[4], level)
        pa <- k[1] / k[2]
        pb <- k[3] / k[4]
        line("newcombe", k, level, pb - pa - sqrt((pb - b[1])^2 + (a[2] - pa)^2),
             pb - pa + sqrt((b[2] - pb)^2 + (pa - a[1])^2))
    }
}
close(out)

begin("welch.txt")
# Samples of which no lag-1 autocorrelation is taken: fewer than 8, or negative. b - a.
lag <- function(x) { d <- x - mean(x); sum(d[-1] * d[-length(d)]) / sum(d^2) }
draw <- function(n, mean, sd) {
    repeat {
        x <- rnorm(n, mean, sd)
        if (n < 8 || lag(x) <= 0) return(x)
    }
}
sizes <- list(c(2, 2), c(3, 5), c(7, 7), c(4, 2), c(10, 10), c(20, 8), c(30, 12), c(100, 60))
for (n in sizes) {
    a <- draw(n[1], 431.2, 4)
    b <- draw(n[2], 452.8, 9)
    line("a", a)
    line("b", b)
    for (level in c(0.95, 0.99)) {
        t <- t.test(b, a, conf.level = level)
        line("welch", level, t$p.value, t$parameter, t$stderr, t$conf.int)
    }
}
# One sample with the widening, by the definition in stats/welch.h.
for (rho in c(0, 0.3, 0.5, 0.9, -0.5)) {
    for (n in c(7, 8, 10, 30)) {
        x <- 100 + tail(as.numeric(filter(rnorm(n + 50), rho, "recursive")), n)
        r <- if (n < 8) 0 else min(0.8, max(0, lag(x)))
        f <- (1 + r) / (1 - r)
        line("series", x)
        line("mean", mean(x), sqrt(var(x) / n * f), max(1, (n - 1) / f))
    }
}
close(out)
