/**
 * Prepares frequent statements once per connection: those that begin with `PREPARED` get a name. Behind a pooler, which may run each transaction on
 * another connection, there are no names; and the first refusal ends naming for this process.
 */
import { createHash } from "node:crypto"
import { PREPARED } from "./schema/prepared.ts"

/** The most named statements: plans take memory in each of the server's sessions. */
const MOST_STATEMENTS = 200

/** invalid_sql_statement_name and duplicate_prepared_statement. */
const REFUSALS: ReadonlyArray<unknown> = ["26000", "42P05"]

interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: unknown
}

export interface Naming {
  /** The statement with its name; none if it gets no name. */
  readonly of: (text: unknown, values: unknown) => NamedStatement | undefined
  /** Whether an error shows that names do not work here; naming then stops. */
  readonly refusedBy: (error: unknown) => boolean
  /** Stops naming. */
  readonly stop: () => void
}

export const make = (): Naming => {
  const names = new Map<string, string>()
  let usable = true
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_STATEMENTS) return known
    const name = `g${createHash("sha256").update(text).digest("hex").slice(0, 24)}`
    names.set(text, name)
    return name
  }
  return {
    of: (text, values) => {
      if (!usable || typeof text !== "string" || !text.startsWith(PREPARED)) return undefined
      const name = nameOf(text)
      return name === undefined ? undefined : { name, text, values }
    },
    refusedBy: (error) => {
      if (!(error instanceof Error) || !("code" in error) || !REFUSALS.includes(error.code)) return false
      usable = false
      return true
    },
    stop: () => {
      usable = false
    }
  }
}
