# Answers of R's surveillance on shared series, kept in alerts.json for tests/test_learn_alerts.py.
#
# They are not needed to run the tests. To make them again (Debian: apt-get install
# r-cran-surveillance r-cran-jsonlite):
#
#     Rscript tests/oracles/alerts.R tests/oracles/alerts.json
#
# The series are made here from a fixed seed and written beside the answers, so that both sides
# read the same numbers.
suppressMessages(library(surveillance))
library(jsonlite)
set.seed(20131)

weekly <- function(mean, phi, slope, weeks = 8 * 52) {
  t <- seq_len(weeks)
  mu <- mean * exp(slope * t / 52 + 0.3 * sin(2 * pi * t / 52))
  if (phi == 1) rpois(weeks, mu) else rnbinom(weeks, size = mu / (phi - 1), mu = mu)
}
outbreak <- function(y, at, size) { y[at] <- y[at] + size; y }

series <- list(
  many = outbreak(weekly(30, 2, 0.05), 395:400, 25),
  few = outbreak(weekly(2, 1.2, 0), 300:303, 9),
  rare = weekly(0.4, 1, 0.1),
  falling = weekly(12, 1.5, -0.2)
)

flexible <- function(y, last, control) {
  s <- sts(matrix(y), freq = 52, epoch = seq_along(y))
  range <- (length(y) - last + 1):length(y)
  full <- modifyList(list(range = range, b = 5, w = 3, reweight = TRUE, weightsThreshold = 2.58,
    alpha = 0.01, trend = TRUE, pThresholdTrend = 1, noPeriods = 10, pastWeeksNotIncluded = 26,
    thresholdMethod = "nbPlugin", limit54 = c(0, 4), glmWarnings = FALSE), control)
  f <- suppressWarnings(farringtonFlexible(s, full))
  list(mean = f@control$mu0Vector[, 1], phi = f@control$phiVector[, 1],
       p = f@control$pvalue[, 1], upper = f@upperbound[, 1], alarm = f@alarm[, 1])
}
cases <- list()
for (name in names(series)) {
  y <- series[[name]]
  cases[[name]] <- list(counts = y, flexible = flexible(y, 30, list()))
}
cases$many$one_season <- flexible(series$many, 30, list(noPeriods = 1,
  weightsThreshold = 1, pastWeeksNotIncluded = 3))
cases$falling$four_years <- flexible(series$falling, 30, list(b = 4, noPeriods = 6, w = 2))

ears <- function(y, method, alpha) {
  s <- sts(matrix(y), freq = 52)
  f <- earsC(s, control = list(method = method, baseline = 7, minSigma = 0.5, alpha = alpha))
  list(upper = f@upperbound[, 1], alarm = f@alarm[, 1])
}
for (name in c("many", "few")) {
  cases[[name]]$c1 <- ears(series[[name]], "C1", 0.01)
  cases[[name]]$c2 <- ears(series[[name]], "C2", 0.01)
  cases[[name]]$c3 <- ears(series[[name]], "C3", 0.025)
}

cusum <- function(y, mu, alpha, rise, limit) {
  d <- create.disProg(week = seq_along(y), observed = y, state = rep(0, length(y)), freq = 52)
  f <- algo.glrnb(d, control = list(range = seq_along(y), c.ARL = limit, mu0 = mu, alpha = alpha,
    change = "intercept", theta = log(rise), ret = "value"))
  list(mean = mu, dispersion = alpha, rise = rise, limit = limit,
       sums = f$upperbound[, 1], alarm = f$alarm[, 1] > 0)
}
t <- seq_along(series$many)
mu <- 30 * exp(0.05 * t / 52 + 0.3 * sin(2 * pi * t / 52))
cases$many$cusum <- cusum(series$many, mu, 0.04, 1.5, 4)
cases$few$cusum <- cusum(series$few, 2 * exp(0.3 * sin(2 * pi * t / 52)), 0, 1.6, 3)
cases$few$cusum_nb <- cusum(series$few, 2 * exp(0.3 * sin(2 * pi * t / 52)), 0.1, 1.6, 3)

write(toJSON(list(surveillance = as.character(packageVersion("surveillance")), cases = cases),
  digits = 10, auto_unbox = TRUE, na = "null"), commandArgs(TRUE)[1])
