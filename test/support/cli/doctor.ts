/** Runs `gittensor doctor` and reads its checks. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { CHAIN_HASH, timeOfRound } from "../../../src/layers/chain/drand/quicknet.ts"
import { serve } from "../serve.ts"
import { command, type Outcome } from "./support.ts"

export interface Shown {
  readonly name: string
  readonly good: boolean
  readonly result: string
  readonly detail: string
  readonly hint: string | null
  readonly milliseconds: number
}

export const shownBy = ({ stdout, stderr, code }: Outcome): ReadonlyArray<Shown> => {
  assert.notStrictEqual(stdout, "", `code ${code}: ${stderr}`)
  return JSON.parse(stdout)
}
/** A limit long enough for busy machines; only the test of hanging services measures time. */
export const PATIENT = ["doctor", "--json", "--within", "60"]

export const examined = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.map(command([...PATIENT, ...args], { GITTENSOR_METRICS_PORT: "9", ...env }), (outcome) => {
    const checks = shownBy(outcome)
    for (const { good, hint, detail } of checks) if (!good) assert.isTrue((hint ?? "") !== "" || detail === "", `${detail}: no hint`)
    return { ...outcome, checks, names: checks.map(({ name }) => name), of: (name: string) => checks.find((one) => one.name === name) }
  })

export const says = (found: Shown | undefined, result: string, detail: string | RegExp, hint?: string | RegExp): void => {
  assert.strictEqual(found?.result, result, JSON.stringify(found))
  if (typeof detail === "string") assert.include(found?.detail, detail)
  else assert.match(found?.detail ?? "", detail)
  if (typeof hint === "string") assert.include(found?.hint, hint)
  else if (hint !== undefined) assert.match(found?.hint ?? "", hint)
}

/** A drand relay whose clock is this many seconds ahead of the machine's. */
export const beacon = (ahead: number) =>
  Effect.map(
    serve(({ url }) => {
      if (new URL(url).pathname !== `/${CHAIN_HASH}/public/latest`) return new Response("not found", { status: 404 })
      const round = Math.floor((Date.now() + ahead * 1000 - timeOfRound(1)) / 3_000) + 1
      return Response.json({ round, randomness: "00".repeat(32), signature: "00".repeat(48) })
    }),
    ({ url }) => url
  )
