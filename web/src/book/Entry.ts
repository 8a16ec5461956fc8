import type { ReactNode } from "react"

/** Components by name, each with every state that it can be in. */
export type Entries = Readonly<Record<string, Readonly<Record<string, ReactNode>>>>

/** A state for each of what a component can show. */
export const each = <A>(of: Readonly<Record<string, A>>, shown: (one: A) => ReactNode): Readonly<Record<string, ReactNode>> =>
  Object.fromEntries(Object.entries(of).map(([name, one]) => [name, shown(one)]))
