# Writes what R's lm() says of data that are made here: tests/golden/stats/regress.txt, which
# tests/unit/test_regress.c reads. From the top of the tree:
#
#   Rscript tests/oracle/regress_tests.R
#
# Lines: "y" and the values, "x" for each regressor; "fit": rows, df, sigma, R^2, adjusted R^2;
# "coefficient" for each, the intercept first: value, error, low, high, p; "robust": error, low,
# high, p of HC3; "standard": value, low, high (NaN for the intercept). Intervals of 95 %. HC3 by
# its definition: no package. 17 significant digits; data are drawn from a seed.

set.seed(5)
dir.create("tests/golden/stats", recursive = TRUE, showWarnings = FALSE)
out <- file("tests/golden/stats/regress.txt", "w")
writeLines(sprintf("# %s by tests/oracle/regress_tests.R", R.version.string), out)
line <- function(word, ...) {
    writeLines(paste(c(word, sprintf("%.17g", c(...))), collapse = " "), out)
}

# Errors of lm()'s known coefficients by sum of (row's effect * residual / (1 - leverage))^2.
hc3 <- function(fit) {
    X <- model.matrix(fit)[, !is.na(coef(fit)), drop = FALSE]
    Q <- qr.Q(qr(X))
    effect <- Q %*% t(solve(qr.R(qr(X))))
    sqrt(colSums((effect * (resid(fit) / (1 - rowSums(Q^2))))^2))
}

tell <- function(y, xs, exact = FALSE) {
    line("y", y)
    for (x in xs) line("x", x)
    ok <- is.finite(y)
    for (x in xs) ok <- ok & is.finite(x)
    frame <- as.data.frame(c(list(y = y), setNames(xs, sprintf("x%d", seq_along(xs)))))[ok, , drop = FALSE]
    fit <- lm(reformulate(if (length(xs)) names(frame)[-1] else "1", "y"), frame)
    s <- suppressWarnings(summary(fit))
    df <- fit$df.residual
    errors <- rep(NaN, length(coef(fit)))
    robust <- errors
    known <- !is.na(coef(fit))
    if (df > 0) {
        errors[known] <- s$coefficients[, 2]
        robust[known] <- hc3(fit)
    }
    t <- if (df > 0) qt(0.975, df) else NaN
    r2 <- if (df > 0) c(s$r.squared, s$adj.r.squared) else c(s$r.squared, NaN)
    line("fit", nrow(frame), df, if (df > 0) s$sigma else NaN, r2)
    for (k in seq_along(coef(fit))) {
        b <- if (known[k]) coef(fit)[[k]] else NaN
        p <- function(error) if (df > 0) 2 * pt(-abs(b / error), df) else NaN
        line("coefficient", b, errors[k], b - t * errors[k], b + t * errors[k], p(errors[k]))
        line("robust", robust[k], b - t * robust[k], b + t * robust[k], p(robust[k]))
        scale <- if (k > 1) sd(frame[[k]]) / sd(frame$y) else NaN
        if (!known[k]) scale <- NaN
        line("standard", b * scale, (b - t * errors[k]) * scale, (b + t * errors[k]) * scale)
    }
    # That factor is what a fit to standardised columns gives.
    if (df > 0 && all(known) && length(xs)) {
        z <- as.data.frame(scale(frame))
        zfit <- lm(reformulate(names(z)[-1], "y"), z)
        want <- coef(fit)[-1] * sapply(frame[-1], sd) / sd(frame$y)
        stopifnot(all.equal(unname(coef(zfit)[-1]), unname(want), tolerance = 1e-10))
    }
}

# Latency in ms by file bytes, pixels and objects; the scatter grows with the objects.
images <- function(n) {
    pixels <- round(exp(rnorm(n, log(3e5), 0.5)))
    bytes <- round(pixels * exp(rnorm(n, log(0.5), 0.4)))
    objects <- rpois(n, 7)
    ms <- 40 + 2e-5 * bytes + 3e-5 * pixels + 1.5 * objects + rnorm(n) * (1 + 0.5 * objects)
    list(y = ms, xs = list(bytes, pixels, objects))
}
for (n in c(12, 40, 300)) { d <- images(n); tell(d$y, d$xs) }
d <- images(50)
tell(d$y * 1e6, d$xs)                                        # nanoseconds
tell(d$y, c(d$xs, list(d$xs[[1]] * 2 + d$xs[[2]])))          # the last follows from others
tell(d$y, list(d$xs[[1]], rep(7, 50), d$xs[[3]]))            # one is constant
tell(d$y, list(d$xs[[1]], d$xs[[1]], d$xs[[3]]))             # twice the same
tell(d$y, list())                                            # a mean alone
tell(d$y, lapply(1:8, function(k) rnorm(50, k, k)))          # eight
tell(replace(d$y, c(3, 9), c(NaN, Inf)), replace(d$xs, 2, list(replace(d$xs[[2]], 20, NaN))))
tell(c(5, 7, 12, 8), list(c(1, 2, 3, 5), c(2, 1, 7, 4), c(1, 0, 0, 3)))   # no row to spare
tell(c(5, 7, 12), list(c(1, 2, 3), c(2, 1, 7), c(1, 0, 0)))               # a row too few
tell(rnorm(30), list(1e6 + rnorm(30, 0, 50), rnorm(30)))     # far from 0
x <- seq(-2, 2, length.out = 41)
tell(1 + x + x^2 + x^3 + rnorm(41) / 50, list(x, x^2, x^3, x^4))
close(out)
