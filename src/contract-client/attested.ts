/** Which attestations count in a round, and what the majority of the weight attested. Pure. */
import { Option } from "effect"
import { majorityOf } from "../domain/UidBitmap.ts"
import { bitmapBytes } from "./bitmap.ts"
import { byId, cellOf, cellOfId, cells, type Values } from "./cells.ts"
import type { Attestation } from "./generated.ts"
import { LISTED, listedIn } from "./readings.ts"
import type { Weights } from "./standing.ts"

const CONFIG = cellOf(cells.config)
const RENEWALS = cellOf(cells.renewals)

/** The majority's bitmaps on an issue: UID u is bit u % 8, lowest first, of byte u / 8. */
export interface Majority {
  readonly enrolled: Uint8Array
  readonly skipped: Uint8Array
}

/** An attestation that counts. It does so in rounds that begin before block `until`, and longer if it is renewed. */
export interface CountedAttestation extends Attestation {
  readonly until: number
}

/** The bitmaps that more than half of the validators' weight attested for an issue. */
export const majorityIn = (entries: ReadonlyArray<Attestation>, { total, validators }: Weights & { readonly total: bigint }): Majority => {
  const weights = new Map(validators.map(({ hotkey, weight }) => [hotkey, weight]))
  const of = (which: "enrolled" | "skipped") =>
    majorityOf(
      entries.map((entry) => ({ weight: weights.get(entry.validator) ?? 0n, bitmap: bitmapBytes(entry[which]) })),
      total
    )
  return { enrolled: of("enrolled"), skipped: of("skipped") }
}

export const attestationCells = (issues: ReadonlyArray<number>) => issues.map((id) => cellOfId(cells.attestations, id))

/** The cells that {@link countedAttestations} needs beside those of the issues. */
export const ATTESTING = [CONFIG, RENEWALS, ...LISTED] as const

/**
 * The attestations that count in a block's round: those of this round, and those less than a day old when it began, or renewed less than a day before.
 * Issues without one are absent.
 */
export const countedAttestations = (issues: ReadonlyArray<number>, values: Values, block: number) => {
  const { day, roundLength } = values.always(CONFIG)
  const start = block - (block % roundLength)
  const isOwn = listedIn(values)
  const renewals = new Map(Option.getOrElse(values.of(RENEWALS), () => []).map((renewal) => [renewal.validator, renewal]))
  const counted = (entry: Attestation): ReadonlyArray<CountedAttestation> => {
    const renewal = renewals.get(entry.validator)
    const until = (renewal !== undefined && renewal.from <= entry.at ? Math.max(renewal.at, entry.at) : entry.at) + day
    return start < until && isOwn(entry.validator, entry.at) ? [{ ...entry, until }] : []
  }
  const all = [...byId(issues, attestationCells(issues), values)].map(([id, entries]) => [id, entries.flatMap(counted)] as const)
  return new Map(all.filter(([, entries]) => entries.length > 0))
}
