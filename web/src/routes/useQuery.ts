/** The address's query as state: filters, search, order. */
import { useMemo } from "react"
import { navigate, usePlace } from "./history.ts"

export type Change = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

export interface Query {
  /** Undefined when it is not there or empty. */
  readonly get: (name: string) => string | undefined
  readonly all: (name: string) => ReadonlyArray<string>
  /** One of these words, or nothing when something else was written there. */
  readonly oneOf: <const W extends string>(name: string, words: ReadonlyArray<W>) => W | undefined
  readonly someOf: <const W extends string>(name: string, words: ReadonlyArray<W>) => ReadonlyArray<W>
  /** Changes some of it; the rest stays. Undefined and "" take it away. `replace` for what is still being typed. */
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
