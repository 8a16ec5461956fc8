/** Weights and lists as words. Pure. */
import { RECYCLE_UID } from "../../src/domain/Metagraph.ts"

/** At most this many miners are named. */
const MINERS_NAMED = 4

/** `a, b and c`. */
export const joinNames = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

/** Weights (in any unit, by UID) as shares: the treasury first, then in descending order, like `10% to the treasury, 60% to ada and 30% to brin`. */
export const weightsText = (
  weights: ReadonlyArray<readonly [uid: number, value: number]>,
  treasury: number | undefined,
  nameOf: (uid: number) => string
): string => {
  const whole = weights.reduce((sum, [, value]) => sum + value, 0)
  const percent = (value: number) => Math.round((1000 * value) / whole) / 10
  const shares = weights
    .map(([uid, value]) => ({ uid, share: percent(value) }))
    .filter(({ share }) => share > 0)
    .toSorted((left, right) => right.share - left.share || left.uid - right.uid)
  const miners = shares.filter(({ uid }) => uid !== treasury && uid !== RECYCLE_UID)
  const said = [
    ...shares.filter(({ uid }) => uid === treasury).map(({ uid, share }) => `${share}% to the treasury (UID ${uid})`),
    ...miners.slice(0, MINERS_NAMED).map(({ uid, share }) => `${share}% to ${nameOf(uid)}`),
    ...(miners.length > MINERS_NAMED ? [`the rest to ${miners.length - MINERS_NAMED} more`] : [])
  ]
  const recycled = shares.find(({ uid }) => uid === RECYCLE_UID)
  return `${joinNames(said)}${recycled === undefined ? "" : `${said.length === 0 ? "" : ", and "}${recycled.share}% is recycled`}`
}
