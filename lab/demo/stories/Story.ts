/** An issue for a match that people watch, with two different ways to solve it. Pure. */

/** One competitor's way. Its first head is unfinished: its test fails. */
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
  /** The file that both change, and what it holds before. */
  readonly path: string
  readonly before: string
  readonly approaches: readonly [Approach, Approach]
}

/** A file of tests for some exports of a module. */
export const testOf = (path: string, names: string, tests: string): string =>
  `import assert from "node:assert"\nimport test from "node:test"\nimport { ${names} } from "../${path}"\n\n${tests}`
