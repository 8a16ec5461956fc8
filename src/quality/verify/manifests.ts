/** Reads manifests that strangers wrote: what does not have the form that is looked for counts as empty. */

import { parse } from "smol-toml"

/** The files of a repository, by their paths from its root. */
export interface RepositoryFiles {
  readonly has: (path: string) => boolean
  readonly read: (path: string) => string
  readonly all: ReadonlyArray<string>
}

/** The fields of an object; none for everything else. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {}

export const jsonOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return record(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Not by Bun's own parser, whose time grows with the square of a table's keys. */
export const tomlOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return record(parse(text))
  } catch {
    return {}
  }
}

/** The texts of a list; none for everything else. */
export const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : []
