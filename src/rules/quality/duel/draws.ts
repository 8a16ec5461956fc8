/** Random draws of a duel, from a seed that was unknown when the heads were pushed. Anybody can repeat them. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { type DuelOrder, type Juror, ORDERS } from "../../../domain/quality/Duel.ts"

/** 64 hexadecimal digits that depend on the seed and on the purpose. */
export const drawDigits = (seed: string, ...what: ReadonlyArray<string>): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([seed, ...what]))))

/** Shuffles values by the seed. `name`: a unique name for each value. */
export const shuffled = <A>(seed: string, what: string, values: ReadonlyArray<A>, name: (value: A) => string): ReadonlyArray<A> =>
  values
    .map((value) => ({ value, rank: drawDigits(seed, what, name(value)) }))
    .toSorted((left, right) => (left.rank < right.rank ? -1 : left.rank > right.rank ? 1 : 0))
    .map(({ value }) => value)

/** Draws a duel's judges from the panel, of two families if the panel has two. Sorted by name. */
export const jurorsOf = <J extends Juror>(seed: string, panel: ReadonlyArray<J>, wanted: number): ReadonlyArray<J> => {
  const ranked = shuffled(seed, "juror", panel, ({ name }) => name)
  const chosen = ranked.slice(0, Math.max(0, wanted))
  const other = ranked.find(({ family }) => family !== chosen[0]?.family)
  const isMixed = chosen.some(({ family }) => family !== chosen[0]?.family)
  const jurors = isMixed || other === undefined || chosen.length < 2 ? chosen : [...chosen.slice(0, -1), other]
  return jurors.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

/** The two orders in the sequence in which a judge is asked. */
export const ordersOf = (seed: string, judge: string): ReadonlyArray<DuelOrder> =>
  shuffled(seed, `orders ${judge}`, ORDERS, (order) => order)

/** Marks the beginning and end of strangers' texts in a prompt. Different for each question. */
export const nonceOf = (seed: string, judge: string, order: DuelOrder): string => drawDigits(seed, "nonce", judge, order).slice(0, 32)

/** The sampling seed for models that take one. */
export const modelSeedOf = (seed: string, judge: string, order: DuelOrder): number =>
  Number.parseInt(drawDigits(seed, "model", judge, order).slice(0, 7), 16)
