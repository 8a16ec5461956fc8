/** Draws an emblem for an account without a picture: symmetric, and derived from its name only. Pure, and the same on the page and in pictures. */

/** FNV-1a with a final mixing, 32 bits, so that similar accounts get different numbers. */
const hashOf = (account: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < account.length; at++) hash = Math.imul(hash ^ account.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** The shapes of a cell between its outer edge o, inner edge i, top and bottom; `sweep` is the direction in which an arc bends inwards. */
const SHAPES: ReadonlyArray<(o: number, i: number, top: number, bottom: number, sweep: number) => string> = [
  () => "",
  (o, i, top, bottom) => `M${o} ${top}H${i}V${bottom}H${o}Z`,
  (o, i, top, bottom) => `M${o} ${bottom}L${i} ${top}V${bottom}Z`,
  (o, i, top, bottom) => `M${o} ${top}H${i}V${bottom}Z`,
  (o, i, top, bottom, sweep) => `M${o} ${bottom}A1 1 0 0 ${sweep} ${i} ${top}V${bottom}Z`,
  (o, i, top) => `M${(o + i) / 2 - 0.34} ${top + 0.5}a.34.34 0 1 0 .68 0a.34.34 0 1 0-.68 0`
]

/** The hue of an account's colours, in degrees. */
export const hueOf = (account: string): number => {
  let hash = 0
  for (const letter of account) hash = (hash * 31 + letter.charCodeAt(0)) % 360
  return hash
}

const SIDE = 4

/** The paths of an emblem's two tones, in a square of 4 by 4. */
export const emblemOf = (account: string): readonly [first: string, second: string] => {
  const tones: [string, string] = ["", ""]
  const [shapes, other] = [hashOf(account), hashOf(`${account}/`)]
  for (let row = 0, left = shapes; row < SIDE; row++)
    for (let column = 0; column < SIDE / 2; column++) {
      // The middle is never empty.
      const isMiddle = column === 1 && (row === 1 || row === 2)
      const draw = SHAPES[isMiddle ? 1 + (left % (SHAPES.length - 1)) : left % SHAPES.length]
      left = Math.floor(left / SHAPES.length)
      const tone = (other >> (row * 2 + column)) & 1
      tones[tone === 0 ? 0 : 1] +=
        (draw?.(column, column + 1, row, row + 1, 1) ?? "") + (draw?.(SIDE - column, SIDE - column - 1, row, row + 1, 0) ?? "")
    }
  return tones
}
