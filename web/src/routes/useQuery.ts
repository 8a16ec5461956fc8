/** The query of the address as state: filters, search, order. */
import { useMemo } from "react"
import { navigate, usePlace } from "./history.ts"

export type Change = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

export interface Query {
  /** Undefined if missing or empty. */
  readonly get: (name: string) => string | undefined
  readonly all: (name: string) => ReadonlyArray<string>
  /** One of these words; undefined for anything else. */
  readonly oneOf: <const W extends string>(name: string, words: ReadonlyArray<W>) => W | undefined
  readonly someOf: <const W extends string>(name: string, words: ReadonlyArray<W>) => ReadonlyArray<W>
  /** Sets some parameters and keeps the rest. Undefined and "" remove a parameter. Use `replace` while typing. */
  readonly set: (change: Change, options?: { readonly replace?: boolean }) => void
  readonly isEmpty: boolean
}

export const useQuery = (): Query => {
  const { path, search } = usePlace()
  return useMemo(() => {
    const parameters = new URLSearchParams(search)
    const get = (name: string) => parameters.get(name) || undefined
    const all = (name: string) => parameters.getAll(name).filter((value) => value !== "")
    return {
      get,
      all,
      oneOf: (name, words) => words.find((word) => word === get(name)),
      someOf: (name, words) => words.filter((word) => all(name).includes(word)),
      set: (change, options) => {
        const next = new URLSearchParams(search)
        for (const [name, value] of Object.entries(change)) {
          next.delete(name)
          for (const one of value === undefined ? [] : typeof value === "string" ? [value] : value) if (one !== "") next.append(name, one)
        }
        const text = next.toString()
        navigate(text === "" ? path : `${path}?${text}`, options)
      },
      isEmpty: search === "" || search === "?"
    }
  }, [path, search])
}
