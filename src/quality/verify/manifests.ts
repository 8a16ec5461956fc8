/** Parses strangers' manifests: values of an unexpected form count as empty. */

import { parse } from "smol-toml"

/** A repository's files, by paths from its root. */
export interface RepositoryFiles {
  readonly has: (path: string) => boolean
  readonly read: (path: string) => string
  readonly all: ReadonlyArray<string>
}

/** The fields of an object; empty for any other value. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {}

export const jsonOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return record(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Parses TOML. Not with `Bun.TOML` of Bun 1.4, whose time grows with the square of a table's keys. */
export const tomlOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return record(parse(text))
  } catch {
    return {}
  }
}

/** The strings of a list; empty for any other value. */
export const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : []
