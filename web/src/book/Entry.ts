import type { ReactNode } from "react"

/** Components by name, each with every state that it can be in. */
export type Entries = Readonly<Record<string, ReadonlyArray<readonly [state: string, element: ReactNode]>>>
