import { readFileSync } from "node:fs"

/** Megabytes that a process holds now (VmRSS), or has held at most (VmHWM). */
export const megabytesOf = (pid: number | "self", which: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000
