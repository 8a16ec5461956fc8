/** Keeps keys out of core files and crash reports. */
import { Effect } from "effect"
import { OwnsProcess } from "../telemetry/memory.ts"

/** https://man7.org/linux/man-pages/man2/pr_set_dumpable.2const.html, https://man7.org/linux/man-pages/man2/setrlimit.2.html */
const [PR_SET_DUMPABLE, RLIMIT_CORE] = [4, 4]

/** From now on this process leaves no core file, and no other process of its user reads its memory. Does nothing where the system has no such switch. */
export const withoutCores: Effect.Effect<void> = Effect.gen(function* () {
  if (!(yield* OwnsProcess)) return
  const [{ openLibc }, { ptr }] = yield* Effect.promise(() => Promise.all([import("./libc.ts"), import("bun:ffi")]))
  const libc = openLibc({
    prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" },
    setrlimit: { args: ["int", "ptr"], returns: "int" }
  })
  libc?.setrlimit(RLIMIT_CORE, ptr(new BigUint64Array(2)))
  libc?.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
})
