/** An issue for a watched match, with two different ways to solve it. Pure. */

/** One competitor's solution. Its first head is unfinished: its test fails. */
export interface Approach {
  readonly title: string
  readonly rough: string
  readonly finished: string
  readonly test: string
}

export interface Story {
  readonly title: string
  readonly body: string
  readonly labels: ReadonlyArray<string>
  /** The file that both solutions change, and its content before. */
  readonly path: string
  readonly before: string
  readonly approaches: readonly [Approach, Approach]
}

/** A test file for some exports of a module. */
export const testOf = (path: string, names: string, tests: string): string =>
  `import assert from "node:assert"\nimport test from "node:test"\nimport { ${names} } from "../${path}"\n\n${tests}`
