/** Code as people write it: functions of other statements each. Of the first hundreds no two share a run of words. */
import { allRunsOf } from "../../../src/rules/contributions/had.ts"

/** Statements about a row: what they share with another's are words, not runs. `V`, `W`: names that are known there; `N`: a number. */
const FORMS = [
  'if (row.kind === "kN" && V > W) total += V * N',
  "total = Math.max(V, W + N)",
  "while (count < V) count += row.step(W, N)",
  "const half = V / N - W",
  "if (!row.isOpen) continue",
  "last = row.parts.find((part) => part.size > V)?.size ?? W",
  "count += [V, W, last].filter((one) => one > N).length",
  "switch (row.state) { case N: total -= V; break; default: count = W }",
  "try { total += row.read(V) } catch { last = W }",
  "for (let at = N; at < V; at++) total ^= row.byteAt(at, W)",
  "const { weight, owner } = row.describe(V, { depth: W })",
  "row.tags.forEach((tag, index) => { last += index * V })",
  "if (V === undefined || W === null) return N",
  "total = V > W ? total + N : total - last",
  "const sums = new Map([[V, W], [last, N]])",
  "do { count-- } while (count > V && row.next(W))",
  "if (row.children.length > N) total += measureAll(row.children, V)",
  "last = Number.parseInt(row.text.slice(V, N), W)",
  "count = row.sizes.reduce((sum, size) => sum + size * V, W)",
  "else if (row.weight < V) total -= row.weight",
  "console.assert(V !== W, row.label(N))",
  "total += await row.load({ from: V, to: W })",
  "const [first, ...others] = row.split(V)",
  "if (row instanceof Leaf) { last = V } else { count = W }"
] as const
const NAMES = ["total", "limit", "count", "last", "row.size", "row.weight", "row.at"] as const
const STATEMENTS = 6

const functionOf = (number: number, salt: number): string => {
  let state = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b)
  const next = <A>(all: ReadonlyArray<A>, otherwise: A): A => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39
    return all[(state >>> 8) % all.length] ?? otherwise
  }
  const statement = () =>
    next(FORMS, FORMS[0])
      .replace(/^else /, "")
      .replaceAll(/\b[VW]\b/g, () => next(NAMES, NAMES[0]))
      .replaceAll(/\bN\b|(?<=k)N/g, String(3 + (number % 97)))
  const body = Array.from({ length: STATEMENTS }, () => `    ${statement()}\n`).join("")
  return `
export const measure${number} = async (rows: Rows, limit: number) => {
  let total = ${number}
  for (const row of rows) {
${body}  }
  return total > limit ? total : limit
}
`
}

/** Functions of which no two share a run. */
const APART = 300

const apart = (): ReadonlyArray<string> => {
  const known = new Set<number>()
  return Array.from({ length: APART }, (_, number) => {
    for (let salt = 0; ; salt++) {
      const text = functionOf(number, salt)
      const runs = allRunsOf(text, "a.ts")
      if ([...runs].some((run) => known.has(run))) continue
      for (const run of runs) known.add(run)
      return text
    }
  })
}
const functions = apart()

/** One function, another one for each number. */
export const code = (number: number): string => functions[number] ?? functionOf(number, 0)
