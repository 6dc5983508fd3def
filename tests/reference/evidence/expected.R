# Inputs and expected numbers of random-effects pooling: Rscript expected.R (metafor, jsonlite).
# The data sets come with metafor: dat.bcg (Colditz 1994, log risk ratios of 13 trials), dat.molloy2014
# (correlations of conscientiousness and taking medicine, 16 studies), dat.normand1999 (days in hospital,
# differences of means of 9 trials; from these also Hedges g); dat.bcg without its first ten, three studies.
suppressPackageStartupMessages({library(metafor); library(jsonlite)})

script <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bcg$study <- paste(bcg$author, bcg$year)
molloy <- escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014)
molloy$study <- paste(molloy$authors, molloy$year)
normand <- escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                  data = dat.normand1999)
normand_g <- escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                    data = dat.normand1999)
normand$study <- normand_g$study <- normand$source

write.csv(data.frame(study = bcg$study, yi = bcg$yi, vi = bcg$vi), file.path(here, "bcg.csv"), row.names = FALSE)
write.csv(data.frame(study = molloy$study, ri = molloy$ri, ni = molloy$ni), file.path(here, "molloy2014.csv"),
          row.names = FALSE)
write.csv(data.frame(study = normand$study, dat.normand1999[c("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")],
                     gi = normand_g$yi), file.path(here, "normand1999.csv"), row.names = FALSE)

exact <- list(threshold = 1e-9, maxiter = 10000)
fit <- function(d, level = 95) {
  m <- rma(yi, vi, data = d, method = "REML", test = "knha", control = exact, level = level)
  a <- suppressWarnings(rma(yi, vi, data = d, method = "REML", test = "adhoc", control = exact, level = level))
  p <- predict(m); ci <- confint(m, control = list(tol = 1e-12))$random
  out <- list(k = m$k, estimate = m$b[1], se = m$se, t = m$zval, p = m$pval, ci_low = m$ci.lb, ci_high = m$ci.ub,
              adhoc_low = a$ci.lb, adhoc_high = a$ci.ub, prediction_low = p$pi.lb, prediction_high = p$pi.ub,
              tau2 = m$tau2, tau2_low = ci[1, 2], tau2_high = ci[1, 3], i2_pct = m$I2, i2_low = ci[3, 2],
              i2_high = ci[3, 3], q = m$QE, q_p = m$QEp, weights = unname(weights(m)), yi = as.numeric(d$yi),
              vi = as.numeric(d$vi))
  if (m$k > 2) {
    l <- leave1out(m)
    out$leave_one_out <- list(estimate = unname(l$estimate), ci_low = unname(l$ci.lb), ci_high = unname(l$ci.ub),
                              p = unname(l$pval), tau2 = unname(l$tau2), i2_pct = unname(l$I2))
  }
  if (m$k >= 10) {
    e <- regtest(m, model = "lm")
    out$egger <- list(t = e$zval, df = e$dfs, p = e$pval, limit = e$est, limit_low = e$ci.lb, limit_high = e$ci.ub)
  }
  out
}
made <- list(bcg = fit(bcg), molloy2014 = fit(molloy), normand1999 = fit(normand), normand1999_g = fit(normand_g),
             bcg_last_three = fit(bcg[11:13, ]), bcg_90 = fit(bcg, 90),
             versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor"))))
write_json(made, file.path(here, "expected.json"), auto_unbox = TRUE, digits = 12, pretty = TRUE)
