import type { ReactNode } from "react"

/** A component in the book: `components/<Name>.book.tsx` exports one as its default. */
export interface Entry {
  readonly name: string
  /** What it is for. */
  readonly about: string
  /** Where it is seen. */
  readonly pages: ReadonlyArray<string>
  /** Its props: name, type, and what it means. */
  readonly props: ReadonlyArray<readonly [name: string, type: string, means: string]>
  /** The endpoints and fields that feed it: "/v1/issues: funded, target". Empty: it shows what it is told. */
  readonly feeds: ReadonlyArray<string>
  /** Every state that it can be in. */
  readonly states: ReadonlyArray<readonly [name: string, element: ReactNode]>
}
