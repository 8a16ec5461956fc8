/** The user's consent to one signature, requested by MCP elicitation, so that the agent cannot give it. */
import { randomUUID } from "node:crypto"
import { Context, Effect, Schema } from "effect"
import { OperationFailed } from "../../domain/failures.ts"

/** The client must ask its user this question, and call the tool again with the answer. */
export class ConfirmationAsked extends Schema.TaggedError<ConfirmationAsked>()("ConfirmationAsked", {
  question: Schema.String,
  /** Identifies the question in the second call. */
  token: Schema.String
}) {}

/** Not confirmed, so nothing was signed. */
const notConfirmed = (reason: string) => new OperationFailed({ message: `${reason}: nothing was signed, nothing was sent` })

export class Confirmation extends Context.Tag("gittensor/cli/mcp/Confirmation")<
  Confirmation,
  {
    /** Succeeds if the user has confirmed exactly this question in the current call. `command`: the equivalent in a terminal. */
    readonly confirm: (question: string, command: string) => Effect.Effect<void, ConfirmationAsked | OperationFailed>
  }
>() {}

/** The confirmation in the current call. */
export interface Answer {
  /** Token of the answered question; undefined in a first call. */
  readonly token: string | undefined
  readonly answer: "confirmed" | "declined" | "none"
  /** Whether the client supports elicitation. */
  readonly canAsk: boolean
}

/** Maximum of open questions. */
const OPEN_QUESTIONS = 100

/** Makes the service for a call. A token is valid for one answer to one question. */
export const makeConfirmations = (allowed: boolean) => {
  const open = new Map<string, string>()
  const ask = (question: string) => {
    const token = randomUUID()
    open.set(token, question)
    const [oldest] = open.keys()
    if (open.size > OPEN_QUESTIONS && oldest !== undefined) open.delete(oldest)
    return new ConfirmationAsked({ question, token })
  }
  return ({ token, answer, canAsk }: Answer): Context.Tag.Service<Confirmation> => ({
    confirm: (question, command) =>
      Effect.suspend((): Effect.Effect<void, ConfirmationAsked | OperationFailed> => {
        if (!allowed) return notConfirmed(`signing is off: start "gittensor mcp" with --allow-signing, or run "${command}" in a terminal`)
        if (!canAsk)
          return notConfirmed(
            `this client cannot ask you for confirmation (it does not support elicitation): use one that can, or run "${command}" in a terminal`
          )
        const asked = token === undefined ? undefined : open.get(token)
        if (token !== undefined) open.delete(token)
        // An answer to no open question, or to another one, confirms nothing.
        if (asked !== question) return ask(question)
        return answer === "confirmed" ? Effect.void : notConfirmed("you did not confirm")
      })
  })
}
