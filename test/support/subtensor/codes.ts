/** Calls of the chain extension recorded from Subtensor, each on the same state, and the parsing of their descriptions. */
import { Schema } from "effect"

const Code = Schema.Struct({
  /** The function's number (with the extension's in the upper 16 bits), or `runtime call`. */
  function: Schema.String,
  /** C4 is the contract. */
  onBehalfOf: Schema.String,
  /** The special condition, and the requested input, in words. */
  case: Schema.String,
  input: Schema.String,
  /** `ok`, the return code, or `trap`; for a runtime call, the name of its error. */
  result: Schema.String,
  storageChanged: Schema.Boolean,
  /** The result of the call inside a runtime call. */
  innerResult: Schema.optionalWith(Schema.String, { nullable: true })
})
export type Code = typeof Code.Type

const decode = Schema.decodeUnknownSync(Schema.parseJson(Code))

export const readCodes = (text: string): ReadonlyArray<Code> =>
  text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [decode(line)]))

/** Accounts by their names in the recording. `nobody` has no stake, and `unknown` is not a hotkey. */
export interface Asked {
  readonly coldkey: string
  readonly hotkey: string
  readonly toHotkey: string
  readonly toColdkey: string
  readonly netuid: number
  readonly toNetuid: number
  /** Rao. */
  readonly amount: bigint
  readonly limit: bigint | undefined
  readonly partly: boolean
}

const RAO = 1_000_000_000
/** The two subnets. */
export const [S1, S2] = [1, 2]
const MISSING = 77

/** A number in the recording's words, converted to rao unless its unit is rao. */
export const raoOf = (number = "0", unit = "TAO"): bigint => {
  const plain = Number(number.replaceAll(",", ""))
  return BigInt(Math.round(unit === "rao" ? plain : plain * RAO))
}

/** The function number. Functions 20 to 33, which act for the caller, map to those that do the same for the contract. NaN for a runtime call. */
export const actionOf = (code: Code): number => {
  const number = Number(code.function) & 0xffff
  return code.function === "runtime call" ? Number.NaN : number >= 20 && number <= 33 ? number - 19 : number
}

type Rule = readonly [RegExp, (found: ReadonlyArray<string>) => Partial<Asked>]

/** The effects of words in "case: input". Later rules are applied later. */
const RULES: ReadonlyArray<Rule> = [
  [/: (?:[^\d]*of )?([\d.,]*\d) (alpha|TAO|rao)\b/, ([number, unit]) => ({ amount: raoOf(number, unit) })],
  [/^amount zero/, () => ({ amount: 0n })],
  [/limit ([\d.]+)/, ([limit]) => ({ limit: raoOf(limit) })],
  [/ in part:/, () => ({ partly: true })],
  [/(?:behind|from) (H\d)/, ([hotkey = ""]) => ({ hotkey })],
  [/: (H\d)(?:$| on| after)/, ([hotkey = ""]) => ({ hotkey })],
  [/(H\d) to (H\d)/, ([hotkey = "", toHotkey = ""]) => ({ hotkey, toHotkey })],
  [/behind H\d to (\w\d|the account of S1)/, ([toColdkey = ""]) => ({ toColdkey })],
  [/behind the account of S1/, () => ({ hotkey: "the account of S1" })],
  [/hotkey unknown/, () => ({ hotkey: "unknown" })],
  [/to a hotkey unknown|to no hotkey/, () => ({ hotkey: "H0", toHotkey: "unknown" })],
  [/to an account that does not exist/, () => ({ toColdkey: "nobody" })],
  [/^coldkey unknown/, () => ({ coldkey: "nobody" })],
  [/: (C\d) on /, ([coldkey = ""]) => ({ coldkey })],
  [/^(?:subnet missing|same hotkey, same missing)/, () => ({ netuid: MISSING, toNetuid: MISSING })],
  [/^origin subnet missing/, () => ({ netuid: MISSING })],
  [/^(?:on )?root/, () => ({ netuid: 0, toNetuid: 0 })],
  [/^(?:another:|0.1 TAO)/, () => ({ netuid: S2 })],
  [/to another subnet|the other subnet/, () => ({ toNetuid: S2 })],
  [/^same subnet/, () => ({ toNetuid: S1 })],
  [/^destination subnet missing/, () => ({ toNetuid: MISSING })],
  [/(?:S|netuid )(\d+) to (?:S|netuid )(\d+)/, ([from, to]) => ({ netuid: Number(from), toNetuid: Number(to) })]
]

const DEFAULT_LIMITS: Readonly<Record<number, bigint>> = { 8: raoOf("0.04"), 9: raoOf("0.02"), 10: raoOf("0.2") }

/** A call's words. */
export const wordsOf = (code: Code): string => `${code.case}: ${code.input}`

/** The input of a recorded call. */
export const askedOf = (code: Code): Asked => {
  const [action, words] = [actionOf(code), wordsOf(code)]
  const start: Asked = {
    coldkey: code.onBehalfOf,
    hotkey: "H0",
    toHotkey: "H1",
    toColdkey: /oneself/.test(words) ? code.onBehalfOf : "C2",
    netuid: S1,
    toNetuid: action === 7 || action === 10 ? S2 : S1,
    amount: raoOf("10"),
    limit: DEFAULT_LIMITS[action],
    partly: false
  }
  return RULES.reduce((asked, [pattern, change]) => {
    const match = pattern.exec(words)
    return match === null ? asked : { ...asked, ...change(match.slice(1)) }
  }, start)
}
