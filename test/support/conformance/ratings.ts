/** The ratings of the conformance kit: whole histories, with ratings computed by another program. */
import { Schema } from "effect"
import type { Competition, CompetitionStatus } from "../../../src/domain/Competition.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { competitor, hotkey, miner } from "../rules/world.ts"

const EndKind = Schema.Literal("0", "1", "expired", "void", "earlyA", "earlyB", "running")
const Vectors = Schema.Struct({
  scenarios: Schema.Array(
    Schema.Struct({
      at: Schema.Int,
      miners: Schema.Array(Schema.Tuple(Schema.Int, Schema.Int)),
      competitions: Schema.Array(
        Schema.Tuple(Schema.Int, Schema.Int, Schema.Int, Schema.Int, EndKind, Schema.NullOr(Schema.Int), Schema.String, Schema.String)
      ),
      ratings: Schema.Record({ key: Schema.String, value: Schema.Tuple(Schema.Int, Schema.Int) })
    })
  )
})

const statusOf = (kind: typeof EndKind.Type, at: number | null, a: number, b: number): CompetitionStatus => {
  if (at === null) return { _tag: "Running" }
  if (kind === "0" || kind === "1") return { _tag: "Won", winner: kind === "0" ? 0 : 1, pullRequest: 1, at }
  if (kind === "expired") return { _tag: "Expired", at }
  if (kind === "void") return { _tag: "Void", reason: { _tag: "NotPlanned" }, at }
  return { _tag: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: hotkey(kind === "earlyA" ? a : b) }, at }
}

const bitmap = (hex: string) =>
  Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2) || "00", 16))

type Scenario = (typeof Vectors.Type)["scenarios"][number]

/** The kit's histories, from its file ratings.json. */
export const scenariosIn = (document: unknown): ReadonlyArray<Scenario> => Schema.decodeUnknownSync(Vectors)(document).scenarios

/** This program's ratings of a history: rating and number of games by UID. */
export const ratingsOf = (scenario: Scenario): Scenario["ratings"] => {
  const competitions = scenario.competitions.map(
    ([id, a, b, startedAt, kind, at, enrolled, skipped]): Competition => ({
      id,
      issue: id,
      a: competitor(a),
      b: competitor(b),
      enrolled: bitmap(enrolled),
      skipped: bitmap(skipped),
      startedAt,
      status: statusOf(kind, at, a, b)
    })
  )
  const ratings = computeRatings({ at: scenario.at, competitions, miners: scenario.miners.map(([uid, at]) => miner(uid, at)) })
  const uids = new Map(Array.from({ length: 256 }, (_, uid) => [String(hotkey(uid)), uid]))
  return Object.fromEntries([...ratings].map(([key, { games, rating }]) => [String(uids.get(key)), [rating, games] as const]))
}
