# Expected numbers of the mixed model: Rscript mixed.R mixed.json (lme4, lmerTest, jsonlite).
suppressPackageStartupMessages({library(lme4); library(lmerTest); library(jsonlite)})

fixed <- "cost ~ posture_between + posture_within + speed_c + speed_c2"
models <- list(
  balanced = c("balanced", "(1 | runner)"),
  split = c("split", "(1 | runner)"),
  unbalanced = c("unbalanced", "(1 | runner)"),
  eight_runners = c("eight_runners", "(1 | runner)"),
  little_between = c("little_between", "(1 | runner)"),
  nearly_all_between = c("nearly_all_between", "(1 | runner)"),
  singular = c("singular", "(1 | runner)"),
  many = c("many", "(1 | runner)"),
  slope = c("slope", "(1 + speed_c | runner)"),
  slope_uncorrelated = c("slope", "(1 + speed_c || runner)"),
  slope_unbalanced = c("slope_unbalanced", "(1 + speed_c | runner)"),
  slope_eight_runners = c("slope_eight_runners", "(1 + speed_c | runner)"),
  slope_singular = c("slope_singular", "(1 + speed_c | runner)"),
  slope_singular_uncorrelated = c("slope_singular", "(1 + speed_c || runner)")
)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-9, maxfun = 1e5),
                       calc.derivs = FALSE)

fit <- function(model) {
  data <- read.csv(file.path(dirname(script), paste0(model[1], ".csv")))
  m <- suppressMessages(lmer(as.formula(paste(fixed, "+", model[2])), data, control = control))
  table <- coef(summary(m))  # Satterthwaite
  contrast <- contest1D(m, c(0, 1, -1, 0, 0))
  # The blocks of an uncorrelated model put into one matrix.
  blocks <- VarCorr(m)
  covariance <- as.matrix(Matrix::bdiag(lapply(blocks, function(b) matrix(as.numeric(b), nrow(b)))))
  list(data = model[1], random = model[2],
       coefficients = unname(table[, 1]), se = unname(table[, 2]), df = unname(table[, 3]),
       p = unname(table[, 5]), covariance = unname(as.matrix(vcov(m))),
       contrast = list(value = contrast[[1]], se = contrast[[2]], df = contrast[[3]], p = contrast[[5]]),
       runner_covariance = unname(covariance), residual_variance = sigma(m)^2,
       reml_criterion = unname(REMLcrit(m)), singular = isSingular(m))
}

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
result <- list(
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  lmerTest = as.character(packageVersion("lmerTest"))),
  names = c("intercept", "posture_between", "posture_within", "speed_c", "speed_c2"),
  models = lapply(models, fit))
writeLines(toJSON(result, digits = 12, auto_unbox = TRUE, pretty = TRUE), commandArgs(TRUE)[1])
