/** Sources for tests about copies. */

const SIGNS = ["+", "-", "*", "/", "(w)", "[w]", ".w", "?? w", "&& w", "{ w }"] as const

/** Lines of code, each with a shape of its own: other names than those of another `seed`, and other signs. */
export const code = (seed: number, lines = 40): string => {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 16
  }
  const sign = () => (SIGNS[next() % SIGNS.length] ?? "").replace("w", `x${next() % 9}`)
  return Array.from({ length: lines }, (_, index) => `  value${index} = a${sign()} b${sign()} c${sign()} d${sign()}\n`).join("")
}
