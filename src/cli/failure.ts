/**
 * How a command ends badly: one line that says what happened, to what, and what to do, and an exit code that means something.
 *
 * | code | meaning |
 * |---|---|
 * | 1 | refused: by the chain, the contract, GitHub or a validator, or the thing is not as it must be |
 * | 2 | the command line or the configuration is wrong |
 * | 3 | something did not answer (chain, GitHub, validator): try again |
 * | 4 | the wallet or its password |
 * | 70 | a defect of this program |
 * | 130 | interrupted |
 */
import * as ValidationError from "@effect/cli/ValidationError"
import { Cause, Exit, Option } from "effect"

const UNAVAILABLE = /Unavailable|Unreachable|TimedOut|DidNotAnswer/
const WALLET = /^(Wallet|Keyfile|WrongPassword|InvalidSecret|InvalidUri|Password)/
const USAGE = /^(Invalid|Malformed|UnreadableConfiguration|Missing|Unusable)/

export const exitCodeOfTag = (tag: string): number => (UNAVAILABLE.test(tag) ? 3 : WALLET.test(tag) ? 4 : USAGE.test(tag) ? 2 : 1)

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string" ? error._tag : ""

const lineOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : JSON.stringify(error)
  return text.replace(/\s*\n\s*/g, " ").trim()
}

/** What to print on standard error, and the exit code. */
export const describeExit = (exit: Exit.Exit<unknown, unknown>): { readonly line: string | undefined; readonly code: number } => {
  if (Exit.isSuccess(exit)) return { line: undefined, code: 0 }
  if (Cause.isInterruptedOnly(exit.cause)) return { line: undefined, code: 130 }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) {
    return { line: `a defect of gittensor, please report it: ${Cause.pretty(exit.cause)}`, code: 70 }
  }
  const error = failure.value
  // The command line's own errors have been printed by @effect/cli already.
  if (ValidationError.isValidationError(error)) return { line: undefined, code: 2 }
  return { line: lineOf(error), code: exitCodeOfTag(tagOf(error)) }
}
