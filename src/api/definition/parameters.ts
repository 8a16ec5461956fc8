/** Query and path parameters. What is not known, malformed or too long is refused by name; nothing is ignored. */
import { Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { UID_LIMIT } from "../../domain/UidBitmap.ts"
import { LARGEST_BLOCK } from "./values.ts"

/** The most items of a page. */
export const MOST_ITEMS = 100
const USUAL_ITEMS = 25

/** A whole number written in digits. */
const digits = (least: number, most: number, description: string, preset?: number) =>
  Schema.transform(
    Schema.String.pipe(Schema.pattern(/^\d{1,10}$/)).annotations({
      jsonSchema: { type: "integer", minimum: least, maximum: most, description, ...(preset === undefined ? {} : { default: preset }) },
      message: (issue) => `"${String(issue.actual).slice(0, 40)}" is not a whole number from ${least} to ${most}`
    }),
    Schema.Number.pipe(
      Schema.int(),
      Schema.between(least, most, { message: (issue) => `${String(issue.actual)} is not within ${least} and ${most}`, description })
    ),
    { strict: true, decode: (text) => Number(text), encode: (value) => value.toString() }
  )

const words = ["true", "false"] as const

/** Yes or no. */
export const yesOrNo = (description: string) =>
  Schema.optional(
    Schema.transform(Schema.Literal(...words).annotations({ description }), Schema.Boolean, {
      strict: true,
      decode: (word) => word === "true",
      encode: (value) => (value ? "true" : "false")
    })
  )

/** Text without control characters, which Postgres takes for none. */
export const phrase = (description: string, longest = 140) =>
  Schema.optional(
    Schema.String.pipe(
      Schema.minLength(1),
      Schema.maxLength(longest),
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come in
      Schema.pattern(/^[^\x00-\x1f\x7f]*$/, { message: () => "control characters are not allowed here" })
    ).annotations({ description })
  )

/** The name of a message or an event, as the contract writes it. */
export const word = (description: string) =>
  Schema.optional(Schema.String.pipe(Schema.pattern(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)).annotations({ description }))

export const account = (description: string) => Schema.optional(AccountIn(description))

/** An account that must be given. The description stands at the text: a schema with an identifier would be one for all. */
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

export const blockIn = (description: string) => Schema.optional(digits(0, LARGEST_BLOCK, description))

export const idIn = (description: string) => Schema.optional(digits(1, LARGEST_BLOCK, description))

export const uidIn = (description: string) => Schema.optional(digits(0, 65_535, description))

/** A UID that the contract's bitmaps have a bit for. */
export const bitmapUidIn = (description: string) => Schema.optional(digits(0, UID_LIMIT - 1, description))

/** Rounds and epochs are u32 on the chain. */
export const u32In = (description: string) => Schema.optional(digits(0, 4_294_967_295, description))

/** One of several values; may be given more than once. */
export const anyOf = <const L extends readonly [string, ...Array<string>]>(description: string, ...values: L) =>
  Schema.optional(
    Schema.Array(Schema.Literal(...values))
      .pipe(Schema.minItems(1), Schema.maxItems(16))
      .annotations({ description })
  )

export const oneOf = <const L extends readonly [string, ...Array<string>]>(description: string, ...values: L) =>
  Schema.optional(Schema.Literal(...values).annotations({ description }))

/** How a list is ordered; the first is the usual one. */
export const sort = <const L extends readonly [string, ...Array<string>]>(...values: L) =>
  Schema.optionalWith(Schema.Literal(...values).annotations({ description: `the order of the list; ${values[0]} when left out` }), {
    default: (): L[number] => values[0]
  })

/** Every list's: how many, and from where. */
export const paging = {
  limit: Schema.optionalWith(digits(1, MOST_ITEMS, "how many items at most", USUAL_ITEMS), { default: () => USUAL_ITEMS }),
  cursor: Schema.optional(
    Schema.String.pipe(
      Schema.pattern(/^[A-Za-z0-9_-]{1,400}$/, { message: () => "it is not a cursor: send what an answer had in `next`" })
    ).annotations({
      description: "where the page begins: `next` of the page before, with the same filters and order"
    })
  )
}

/** The blocks that a list is about. */
export const blockRange = {
  from: blockIn("from this block on"),
  to: blockIn("up to this block")
}

/** Parameters of an address's query. An unknown one is an error: a misspelt filter must not look like an answer. */
export const query = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct(fields).annotations({ parseOptions: { onExcessProperty: "error", errors: "all" } })

/** The id in a path. */
export const PathId = (description: string) => digits(1, LARGEST_BLOCK, description)
