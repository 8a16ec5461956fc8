/** Judging processes that tests start and kill, and what they wrote. */
import { fileURLToPath } from "node:url"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import type { JudgeProcess } from "./judgeProcess.ts"
import { startKillable } from "./killable.ts"

const SCRIPT = fileURLToPath(new URL("judgeProcess.ts", import.meta.url))

/** Starts a judging process, which is killed when the scope ends. */
export const startJudge = (given: JudgeProcess) => startKillable(SCRIPT, given)

/** How often each state of each head is in the events. */
export const statesPerHead = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ key: string; state: string }>`SELECT key, state FROM quality_events ORDER BY event`
  const found = new Map<string, Array<string>>()
  for (const { key, state } of rows) found.set(key, [...(found.get(key) ?? []), state])
  return found
})

/** The states of a head that is judged without a fault. */
export const ALL = ["seen", "gated", "verified", "done"]
