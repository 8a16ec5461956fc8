/** The kit's outcomes that reports and weights follow from, as they were when their edition of the rules began: by them a test sees a change without a new edition. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { REPORT_FORMAT } from "../../../src/domain/Report.ts"
import { playable } from "./kit.ts"

/** A short hash of each case's outcome, by the case's name; `although`: why it is the same edition although outcomes changed since. */
const Edition = Schema.Struct({
  format: Schema.String,
  although: Schema.Array(Schema.String),
  outcomes: Schema.Record({ key: Schema.String, value: Schema.String })
})
type Edition = typeof Edition.Type

const DECIDES = /^(rules\.jsonl (contributions|consensus|weights)\/|bytes\.jsonl |consensus\.json |rounds\.jsonl |work\.jsonl )/

/** What the evidence says beside its records explains scores, and decides none. */
const decided = (outcome: string): string =>
  JSON.stringify(JSON.parse(outcome === "" ? "null" : outcome), (key, part) => (key === "components" ? undefined : part))

export const todaysOutcomes = (): Edition["outcomes"] =>
  Object.fromEntries(
    playable()
      .filter(({ name }) => DECIDES.test(name))
      .map(({ name, play }) => [name, createHash("sha256").update(decided(play())).digest("hex").slice(0, 8)])
  )

export const EDITION = "test/support/conformance/edition.json"

export const edition = (): Edition =>
  Schema.decodeUnknownSync(Schema.parseJson(Edition))(readFileSync(new URL(`../../../${EDITION}`, import.meta.url), "utf8"))

/** The cases of an edition that have another outcome today. */
export const changedSince = ({ outcomes }: Edition, today: Edition["outcomes"]): ReadonlyArray<string> =>
  Object.entries(outcomes).flatMap(([name, outcome]) => (today[name] === undefined || today[name] === outcome ? [] : [name]))

/** The edition with new cases, and without those that the kit has no more. What changed stays as it was, but in another edition, or with a reason. */
export const renewed = (before: Edition, today: Edition["outcomes"], why?: string): Edition => {
  if (before.format !== REPORT_FORMAT) return { format: REPORT_FORMAT, although: [], outcomes: today }
  if (why !== undefined) return { ...before, although: [...before.although, why], outcomes: today }
  return { ...before, outcomes: Object.fromEntries(Object.entries(today).map(([name, one]) => [name, before.outcomes[name] ?? one])) }
}
