/** Query and path parameters. Unknown, malformed and overlong parameters are rejected by name; none is ignored. */
import { ParseResult, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { UID_LIMIT } from "../../../domain/UidBitmap.ts"
import { BOOLEANS } from "./choices.ts"
import { LARGEST_BLOCK, LOGIN, placeOf, TIME } from "./place.ts"
import { Cursor } from "./values.ts"

export const MAX_ITEMS = 100
const DEFAULT_ITEMS = 25

/** A whole number in decimal digits. */
const decimalNumber = (least: number, most: number, description: string, preset?: number) =>
  Schema.transform(
    Schema.String.pipe(Schema.pattern(/^\d{1,10}$/)).annotations({
      jsonSchema: { type: "integer", minimum: least, maximum: most, description, ...(preset === undefined ? {} : { default: preset }) },
      message: (issue) => `"${String(issue.actual).slice(0, 40)}" is not a whole number from ${least} to ${most}`
    }),
    Schema.Number.pipe(
      Schema.int(),
      Schema.between(least, most, { message: (issue) => `${String(issue.actual)} is not between ${least} and ${most}`, description })
    ),
    { strict: true, decode: (text) => Number(text), encode: (value) => value.toString() }
  )

export const yesOrNo = (description: string) =>
  Schema.optional(
    Schema.transform(Schema.Literal(...BOOLEANS).annotations({ description }), Schema.Boolean, {
      strict: true,
      decode: (word) => word === "true",
      encode: (value) => (value ? "true" : "false")
    })
  )

/** Text without control characters, which Postgres rejects as parameters. */
const Phrase = (longest: number) =>
  Schema.String.pipe(
    Schema.minLength(1),
    Schema.maxLength(longest),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come in
    Schema.pattern(/^[^\x00-\x1f\x7f]*$/, { message: () => "control characters are not allowed here" })
  )

export const phrase = (description: string, longest = 140) => Schema.optional(Phrase(longest).annotations({ description }))

/** Several phrases; the parameter may be repeated. */
export const phrases = (description: string, longest = 140) =>
  Schema.optional(Schema.Array(Phrase(longest)).pipe(Schema.minItems(1), Schema.maxItems(16)).annotations({ description }))

const Word = Schema.String.pipe(Schema.pattern(/^[A-Za-z][A-Za-z0-9_]{0,63}$/))

/** The name of a contract message or event. */
export const word = (description: string) => Schema.optional(Word.annotations({ description }))

/** Several of them; the parameter may be repeated. */
export const words = (description: string) =>
  Schema.optional(Schema.Array(Word).pipe(Schema.minItems(1), Schema.maxItems(16)).annotations({ description }))

export const account = (description: string) => Schema.optional(AccountIn(description))

/** A required account. The description annotates the text, because a schema with an identifier would share one description. */
export const AccountIn = (description: string) =>
  Schema.transform(
    Schema.String.annotations({
      description: `${description} (SS58 with prefix 42)`,
      jsonSchema: {
        type: "string",
        pattern: "^5[1-9A-HJ-NP-Za-km-z]{45,48}$",
        description: `${description} (SS58 with prefix 42)`,
        examples: ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"]
      }
    }),
    AccountAddress,
    { strict: false, decode: (address) => address, encode: (address) => address }
  )

const Login = Schema.String.pipe(
  Schema.pattern(LOGIN, {
    message: ({ actual }) => `"${String(actual).slice(0, 40)}" is neither an account's address nor a login of GitHub`
  })
)

/** A required miner, by hotkey or by the GitHub login that a gist proves. */
export const MinerIn = (description: string) =>
  Schema.Union(
    AccountIn(`${description}: its hotkey`),
    Login.annotations({ description: `${description}: the hotkey that proves this login on GitHub today, with all of its rows` })
  )

export const miner = (description: string) => Schema.optional(MinerIn(description))

/** A block's number or a time. */
const placeIn = (end: "from" | "to", description: string) =>
  Schema.optional(
    Schema.transformOrFail(
      Schema.String.annotations({
        jsonSchema: {
          description,
          anyOf: [
            { type: "integer", minimum: 0, maximum: LARGEST_BLOCK },
            { type: "string", pattern: TIME.source, examples: ["2026-11-30", "2026-11-30T12:00:00Z"] }
          ]
        }
      }),
      Schema.Union(Schema.Struct({ block: Schema.Number }), Schema.Struct({ time: Schema.Number })),
      {
        strict: true,
        decode: (text, _, ast) => {
          const place = placeOf(text, end)
          const problem = `"${text.slice(0, 40)}" is neither a block, from 0 to ${LARGEST_BLOCK}, nor a time, such as 2026-11-30 or 2026-11-30T12:00:00Z`
          return place === undefined ? ParseResult.fail(new ParseResult.Type(ast, text, problem)) : ParseResult.succeed(place)
        },
        encode: (place) => ParseResult.succeed("block" in place ? `${place.block}` : new Date(place.time).toISOString())
      }
    )
  )

export const idIn = (description: string) => Schema.optional(decimalNumber(1, LARGEST_BLOCK, description))

export const uidIn = (description: string) => Schema.optional(decimalNumber(0, 65_535, description))

/** A UID within the contract's bitmaps. */
export const bitmapUidIn = (description: string) => Schema.optional(decimalNumber(0, UID_LIMIT - 1, description))

/** A u32, like rounds and epochs on the chain. */
export const u32In = (description: string) => Schema.optional(decimalNumber(0, 4_294_967_295, description))

/** One of several values; the parameter may be repeated. */
export const anyOf = <const L extends readonly [string, ...Array<string>]>(description: string, ...values: L) =>
  Schema.optional(
    Schema.Array(Schema.Literal(...values))
      .pipe(Schema.minItems(1), Schema.maxItems(16))
      .annotations({ description })
  )

export const oneOf = <const L extends readonly [string, ...Array<string>]>(description: string, ...values: L) =>
  Schema.optional(Schema.Literal(...values).annotations({ description }))

/** The order of a list; the first value is the default. */
export const sort = <const L extends readonly [string, ...Array<string>]>(...values: L) =>
  Schema.optionalWith(Schema.Literal(...values).annotations({ description: `the order of the list; ${values[0]} if omitted` }), {
    default: (): L[number] => values[0]
  })

export const paging = {
  limit: Schema.optionalWith(decimalNumber(1, MAX_ITEMS, "the maximum number of items", DEFAULT_ITEMS), { default: () => DEFAULT_ITEMS }),
  cursor: Schema.optional(Cursor)
}

export const blockRange = {
  from: placeIn("from", "from this block or time on"),
  to: placeIn("to", "up to and including this block or time")
}

/** The parameters of a query. An unknown parameter is an error, so that a misspelt filter never returns unfiltered results. */
export const query = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct(fields).annotations({ parseOptions: { onExcessProperty: "error", errors: "all" } })

export const PathId = (description: string) => decimalNumber(1, LARGEST_BLOCK, description)

/** A number in a path that may be 0, such as an epoch. */
export const PathNumber = (description: string) => decimalNumber(0, 999_999_999, description)
