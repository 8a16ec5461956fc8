/**
 * Gives each test file fresh methods of `it`. `layer` of @effect/vitest adds its own to the process's only `it`, and a process runs many files: the
 * next file's tests would run in that layer, and without a test clock.
 */
import { it, makeMethods } from "@effect/vitest"
import { beforeEach } from "vitest"
import { WATCHDOG } from "./watchdog.ts"

makeMethods(it)

beforeEach(({ task }) => {
  if (task.timeout !== WATCHDOG) throw new Error("this test has a limit of its own, which a busy machine could break")
})
