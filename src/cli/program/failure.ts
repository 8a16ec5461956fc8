/** How a command fails: one line that says what happened, to what, and what to do, and an exit code (src/domain/causes.ts; docs/commands.md has all). */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import { Cause, ConfigError, Exit, Option } from "effect"
import type { ContractRefusal } from "../../contract-client/codec.ts"
import { exitCodeOf } from "../../domain/causes.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { environmentName } from "./configuration.ts"
import { adviceOn } from "./contractAdvice.ts"
import { NOT_WRITTEN, OutputNotWritten, READER_GONE } from "./writeOut.ts"

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string" ? error._tag : ""

const oneLine = (text: string): string => text.replace(/(?<!\s)\s*\n\s*/g, " ").trim()

const lineOf = (error: unknown): string => oneLine(messageOf(error))

const isRefusal = (error: unknown): error is ContractRefusal => tagOf(error) === "ContractRefusal"

const refusalLine = (error: ContractRefusal): string => {
  const advice = adviceOn(error.error)
  return advice === undefined ? lineOf(error) : `${lineOf(error)}; ${advice}`
}

/** All invalid settings of the environment or the configuration file, in one line. */
const configurationLine = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left}; ${right}`,
    orCase: (_, left, right) => `${left}; ${right}`,
    invalidDataCase: (_, path, message) => [...path, message].join(": "),
    missingDataCase: (_, path) => `${path.join(".")} is not set`,
    sourceUnavailableCase: (_, path, message) => [...path, message].join(": "),
    unsupportedCase: (_, path, message) => [...path, message].join(": ")
  })

/** Facts about the command that got invalid options. */
export interface CommandDescription {
  /** Options of the command that are similar to a mistyped one. */
  readonly similarOptions?: (option: string) => ReadonlyArray<string>
  /** The option or argument with these choices, and its value on the command line: `--access-log "some"`. */
  readonly givenFor?: (choices: ReadonlyArray<string>) => string | undefined
}

/** Rewords one of @effect/cli's errors, so that it names the option and alternatives. */
const reworded = (said: string, { similarOptions = () => [], givenFor = () => undefined }: CommandDescription): string => {
  const missing = /^Expected to find option: '--([a-z-]+)'/.exec(said)?.[1]
  if (missing !== undefined) {
    const key = missing.replace(/-[a-z]/g, (part) => part.slice(1).toUpperCase())
    return missing === "contract" ? `--${missing} is missing: give it, or set ${environmentName(key)}` : `--${missing} is missing`
  }
  const unknown = /^Received unknown argument: '(.*)'$/.exec(said)?.[1]
  // The unknown word may be a phrase or a seed meant for --uri: do not repeat it.
  if (unknown !== undefined) {
    const meant = /^--[a-z-]+$/.test(unknown) ? similarOptions(unknown) : []
    if (meant.includes(unknown)) return `${unknown} needs a value`
    const advice = meant.length === 0 ? "" : `: did you mean ${meant.map((option) => `"${option}"`).join(" or ")}?`
    return `${/\s|^0x/.test(unknown) ? "an argument" : `"${unknown}"`} is not known here, or its value is missing${advice}`
  }
  const choices = /^Expected one of the following cases: (.*)$/.exec(said)?.[1]
  if (choices !== undefined) return `${givenFor(choices.split(", ")) ?? "a value"} is not one of ${choices}`
  return said.replace(/^\((.*)\)$/, "$1").replace(/^Missing argument (<.*>)$/, "$1 is missing")
}

/** Several errors come as paragraphs. */
const usageLine = ({ error }: ValidationError.ValidationError, command: CommandDescription): string =>
  Bun.stripANSI(HelpDoc.toAnsiText(error))
    .split(/\n{2,}/)
    .map(oneLine)
    .filter((said) => said !== "")
    .map((said) => reworded(said, command))
    .join("; ")

export interface Ending {
  readonly line: string | undefined
  readonly code: number
}

/** The line for standard error, and the exit code. `usage`: where the command's options are described. */
export const describeExit = (exit: Exit.Exit<unknown, unknown>, usage: string, command: CommandDescription = {}): Ending => {
  if (Exit.isSuccess(exit)) return { line: undefined, code: 0 }
  if (Cause.isInterruptedOnly(exit.cause)) return { line: undefined, code: 130 }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) return describeDefect(Cause.squash(exit.cause))
  const error = failure.value
  // Ctrl-C at a prompt.
  if (tagOf(error) === "QuitException") return { line: "nothing was sent", code: 130 }
  if (ValidationError.isValidationError(error)) return { line: `${usageLine(error, command)}; ${usage}`, code: 2 }
  if (ConfigError.isConfigError(error)) return { line: configurationLine(error), code: 2 }
  return { line: isRefusal(error) ? refusalLine(error) : lineOf(error), code: exitCodeOf(error) }
}

/** An unexpected error, or output that could not be written. The stack is logged at level debug. */
export const describeDefect = (defect: unknown): Ending => {
  if (defect instanceof OutputNotWritten)
    return defect.code === "EPIPE" ? { line: undefined, code: READER_GONE } : { line: defect.message, code: NOT_WRITTEN }
  return { line: `internal error (${lineOf(defect)}): please report it with the output of --log-level debug`, code: 70 }
}
