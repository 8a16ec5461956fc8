/** What several benchmarks ask of this machine. */
import { existsSync, readFileSync } from "node:fs"
import { Layer, Logger } from "effect"
import * as Confined from "../src/layers/machine/confined/chosen.ts"

const EXECUTABLE = "dist/gittensor"

/** The path of the executable as users have it: smaller in memory than the program's sources under Bun, and sooner started. Fails when it is not built. */
export const executable = (): string => {
  if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is not there: npm run build`)
  return EXECUTABLE
}

/** Megabytes that a process holds now (VmRSS), or has held at most (VmHWM). */
export const megabytesOf = (pid: number | "self", which: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000

/** Strangers' bytes in boxes, where there are some. What is logged goes to standard error, because standard output holds figures, and answers to commands. */
export const confined = Layer.merge(
  Confined.layer("where-possible"),
  Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger))
)
