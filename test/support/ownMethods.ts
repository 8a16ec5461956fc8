/**
 * Gives each file of tests the methods of `it` anew. `layer` of @effect/vitest puts its own into the one `it` of the process, and a process runs many files: the
 * next file's tests would run in that layer, and without a test clock.
 */
import { it, makeMethods } from "@effect/vitest"
import { beforeEach } from "vitest"
import { WATCHDOG } from "./watchdog.ts"

makeMethods(it)

beforeEach(({ task }) => {
  if (task.timeout !== WATCHDOG) throw new Error("this test has a limit of its own, which a busy machine could break")
})
