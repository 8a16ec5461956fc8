/** The user's consent to one signature, asked for by the protocol itself: the agent cannot give it. */
import { randomUUID } from "node:crypto"
import { Context, Effect, Schema } from "effect"

/** The client must put this question to its user and call the tool again with the answer. */
export class ConfirmationAsked extends Schema.TaggedError<ConfirmationAsked>()("ConfirmationAsked", {
  question: Schema.String,
  /** Stands for the question in the second call. */
  token: Schema.String
}) {}

/** Nobody confirmed, so nothing was signed. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", { reason: Schema.String }) {
  override get message() {
    return `${this.reason}: nothing was signed, nothing was sent`
  }
}

export class Confirmation extends Context.Tag("gittensor/cli/mcp/Confirmation")<
  Confirmation,
  {
    /** Returns once the user has confirmed exactly this question in the call that runs now. `command` does the same in a terminal. */
    readonly confirm: (question: string, command: string) => Effect.Effect<void, ConfirmationAsked | NotConfirmed>
  }
>() {}

/** What the call that runs now carries. */
export interface Answer {
  /** The token of the question that the client answers; undefined in a first call. */
  readonly token: string | undefined
  readonly answer: "confirmed" | "declined" | "none"
  /** Whether the client can ask its user. */
  readonly canAsk: boolean
}

/** The most questions that may be open at a time. */
const OPEN_QUESTIONS = 100

/** Makes the service for a call. Each token is good for one answer to one question. */
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
      Effect.suspend((): Effect.Effect<void, ConfirmationAsked | NotConfirmed> => {
        if (!allowed)
          return new NotConfirmed({
            reason: `signing is off: start "gittensor mcp" with --allow-signing, or run "${command}" in a terminal`
          })
        if (!canAsk)
          return new NotConfirmed({
            reason: `this client cannot ask you for confirmation (it does not support elicitation): use one that can, or run "${command}" in a terminal`
          })
        const asked = token === undefined ? undefined : open.get(token)
        if (token !== undefined) open.delete(token)
        // An answer to no question, or to another one, confirms nothing.
        if (asked !== question) return ask(question)
        return answer === "confirmed" ? Effect.void : new NotConfirmed({ reason: "you did not confirm" })
      })
  })
}
