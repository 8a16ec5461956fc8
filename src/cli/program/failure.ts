/**
 * How a command ends badly: one line that says what happened, to what, and what to do, and an exit code that means something.
 *
 * | code | meaning |
 * |---|---|
 * | 1 | refused: by the chain, the contract, GitHub, a validator or the database, or the thing is not as it must be |
 * | 2 | the command line or the configuration is wrong |
 * | 3 | something did not answer (chain, GitHub, validator, database): try again |
 * | 4 | the wallet or its password |
 * | 5 | another process validates with this hotkey, or in this folder |
 * | 70 | a defect of this program |
 * | 129, 130, 143 | cut off by SIGHUP, Ctrl-C or SIGTERM; a command that runs until it is stopped ends with 0 then |
 */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import { Cause, ConfigError, Exit, Option } from "effect"
import type { ContractRefusal } from "../../contract-client/codec.ts"
import { environmentName } from "./configuration.ts"
import { adviceOn } from "./contractAdvice.ts"

const SILENT: ReadonlySet<string> = new Set([
  "ChainUnavailable",
  "SomethingIsSilent",
  "DatabaseUnavailable",
  "GitHubUnavailable",
  "AxonUnreachable",
  "AxonTimeout",
  "NoValidatorReachable"
])
const TAKEN: ReadonlySet<string> = new Set(["AnotherProcess", "AnotherValidator"])
const WALLET = /^(Keyfile|NotAKeyfile|WrongWalletPassword|PasswordNeeded|InvalidSecretUri)/
const USAGE = /^(Invalid|UnreadableConfiguration|ConfirmationNeeded|Unusable)/

/** The exit code for an error by its tag. */
export const exitCodeOfTag = (tag: string): number =>
  SILENT.has(tag) ? 3 : TAKEN.has(tag) ? 5 : WALLET.test(tag) ? 4 : USAGE.test(tag) ? 2 : 1

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string" ? error._tag : ""

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim()

const lineOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error))

const isRefusal = (error: unknown): error is ContractRefusal => tagOf(error) === "ContractRefusal"

/** What the contract said, and what to do. */
const refusalLine = (error: ContractRefusal): string => {
  const advice = adviceOn(error.error)
  return advice === undefined ? lineOf(error) : `${lineOf(error)}; ${advice}`
}

/** A setting of the environment or the configuration file that can't be read: all of them that are wrong, in one line. */
const configurationLine = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left}; ${right}`,
    orCase: (_, left, right) => `${left}; ${right}`,
    invalidDataCase: (_, path, message) => [...path, message].join(": "),
    missingDataCase: (_, path) => `${path.join(".")} is not set`,
    sourceUnavailableCase: (_, path, message) => [...path, message].join(": "),
    unsupportedCase: (_, path, message) => [...path, message].join(": ")
  })

/** What @effect/cli says of a command line, so that it names the option and how else to give it. */
const usageLine = (error: ValidationError.ValidationError): string => {
  const said = oneLine(Bun.stripANSI(HelpDoc.toAnsiText(error.error)))
  const missing = /^Expected to find option: '--([a-z-]+)'/.exec(said)?.[1]
  if (missing !== undefined) {
    const key = missing.replace(/-[a-z]/g, (part) => part.slice(1).toUpperCase())
    return missing === "contract" ? `--${missing} is missing: give it, or set ${environmentName(key)}` : `--${missing} is missing: give it`
  }
  const unknown = /^Received unknown argument: '(.*)'$/.exec(said)?.[1]
  // A phrase or a seed that was to follow --uri is not repeated.
  if (unknown !== undefined)
    return `${/\s|^0x/.test(unknown) ? "a word of the command line" : `"${unknown}"`} is unknown here, or what follows it is missing`
  return said.replace(/^\((.*)\)$/, "$1").replace(/^Missing argument (<.*>)$/, "$1 is missing: give it")
}

export interface Ending {
  readonly line: string | undefined
  readonly code: number
}

/** What to print on standard error, and the exit code. `usage` says where the command's options are described. */
export const describeExit = (exit: Exit.Exit<unknown, unknown>, usage: string): Ending => {
  if (Exit.isSuccess(exit)) return { line: undefined, code: 0 }
  if (Cause.isInterruptedOnly(exit.cause)) return { line: undefined, code: 130 }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) return describeDefect(Cause.squash(exit.cause))
  const error = failure.value
  // Ctrl-C at a question.
  if (tagOf(error) === "QuitException") return { line: "nothing was sent", code: 130 }
  if (ValidationError.isValidationError(error)) return { line: `${usageLine(error)}; ${usage}`, code: 2 }
  if (ConfigError.isConfigError(error)) return { line: configurationLine(error), code: 2 }
  return { line: isRefusal(error) ? refusalLine(error) : lineOf(error), code: exitCodeOfTag(tagOf(error)) }
}

/** What no code foresaw. Where it happened is logged at the level debug. */
export const describeDefect = (defect: unknown): Ending => ({
  line: `a defect of gittensor (${lineOf(defect)}): please report it, with what --log-level debug prints`,
  code: 70
})
