/** Shared by several benchmarks. */
import { existsSync, readFileSync } from "node:fs"
import { Layer, Logger } from "effect"
import * as Confined from "../src/layers/machine/confined/chosen.ts"

const EXECUTABLE = "dist/gittensor"

/** The path of the built executable, as users have it: it uses less memory and starts faster than the sources under Bun. Fails if it is not built. */
export const executable = (): string => {
  if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is not there: npm run build`)
  return EXECUTABLE
}

/** A process's memory in megabytes: now (VmRSS), or at its peak (VmHWM). */
export const megabytesOf = (pid: number | "self", which: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000

/**
 * Runs untrusted content in sandboxes, where available. Logs go to standard error, because standard output carries figures and answers to commands.
 */
export const confined = Layer.merge(
  Confined.layer("where-possible"),
  Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger))
)
