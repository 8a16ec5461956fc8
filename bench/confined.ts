/** How benchmarks read what strangers wrote. */
import { Layer, Logger } from "effect"
import * as Confined from "../src/layers/machine/confined/chosen.ts"

/** In boxes, where there are some. What is logged goes to standard error, because standard output holds figures, and answers to commands. */
export const confined = Layer.merge(
  Confined.layer("where-possible"),
  Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger))
)
