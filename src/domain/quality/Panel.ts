/** The file that configures the judges of duels: models, endpoints and prices. It contains no key, only the name of the variable with the key. */
import { Schema } from "effect"
import { Family, JudgeName } from "./Duel.ts"

/** A millionth of a dollar; a whole number. */
export const MicroDollars = Schema.NonNegativeInt.pipe(Schema.brand("MicroDollars"))
export type MicroDollars = typeof MicroDollars.Type

/** An amount in dollars, exact: $0.001234. */
export const dollarsText = (amount: MicroDollars): string =>
  `$${Math.floor(amount / 1_000_000)}.${String(amount % 1_000_000).padStart(6, "0")}`

const isHttpAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const Endpoint = Schema.String.pipe(
  Schema.filter((text) => isHttpAddress(text) || "must be an http address such as https://models.example/v1, without /chat/completions"),
  Schema.filter((text) => !/\/chat\/completions\/?$/.test(text) || "must be the address before /chat/completions"),
  // A password in an address would be shown in messages.
  Schema.filter((text) => new URL(text).username === "" || "must hold no user and no password: name the key's variable by key_variable")
)

/** At most 1,000 dollars for a million tokens. */
const Price = Schema.Int.pipe(Schema.between(0, 1_000_000_000))

/** The highest time limit for a judge's answer. */
export const MAX_TIMEOUT_SECONDS = 1_800

const Judge = Schema.Struct({
  /** One name in a panel, for tables and pages. */
  name: JudgeName,
  family: Family,
  /** The model's name on its server. */
  model: Schema.NonEmptyString.pipe(Schema.maxLength(200)),
  /** Other names by which its server says that this model answered. */
  answers_as: Schema.optionalWith(Schema.Array(Schema.NonEmptyString.pipe(Schema.maxLength(200))).pipe(Schema.maxItems(4)), {
    default: () => []
  }),
  endpoint: Endpoint,
  /** The environment variable that holds the key; without one, no key is sent. */
  key_variable: Schema.optional(Schema.String.pipe(Schema.pattern(/^[A-Z_][A-Z0-9_]*$/))),
  /** Micro-dollars for a million tokens of a question and of an answer. */
  prompt_price: Price,
  answer_price: Price,
  /** Concurrent questions. */
  at_once: Schema.optionalWith(Schema.Int.pipe(Schema.between(1, 64)), { default: () => 2 }),
  timeout_seconds: Schema.optionalWith(Schema.Int.pipe(Schema.between(1, MAX_TIMEOUT_SECONDS)), { default: () => 120 }),
  max_answer_tokens: Schema.optionalWith(Schema.Int.pipe(Schema.between(64, 100_000)), { default: () => 2_000 }),
  /** The server's parameter for that limit. */
  tokens_parameter: Schema.optionalWith(Schema.Literal("max_tokens", "max_completion_tokens"), { default: () => "max_tokens" as const }),
  /** How the server is asked for JSON. */
  answer_format: Schema.optionalWith(Schema.Literal("json_schema", "json_object", "text"), { default: () => "json_schema" as const }),
  /** Null for models that refuse one. */
  temperature: Schema.optionalWith(Schema.NullOr(Schema.Number.pipe(Schema.between(0, 2))), { default: () => 0 }),
  takes_seed: Schema.optionalWith(Schema.Boolean, { default: () => true })
})
export interface Judge extends Schema.Schema.Type<typeof Judge> {}

/** A model's name without its provider's and without "latest", which servers leave out or add: LiteLLM, OpenRouter, Ollama, Mistral. */
const bareName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/[-:]latest$/, "")

/** What a server adds to an alias for the version behind it, such as -2024-08-06, @20240620, -0613 or -002. */
const VERSION = /^[-@:](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{3,4})$/

/**
 * Whether a server that answers in the name of `answered` used a judge's model. OpenAI and Azure name the dated version of an alias
 * (https://github.com/openai/openai-python/issues/3271); a router may have asked another model instead.
 */
export const isModelOf = ({ model, answers_as }: Pick<Judge, "model" | "answers_as">, answered: string): boolean => {
  const [asked, found] = [bareName(model), bareName(answered)]
  if (found === asked || answers_as.some((name) => bareName(name) === found)) return true
  return found.startsWith(asked) && VERSION.test(found.slice(asked.length))
}

const familiesOf = (judges: ReadonlyArray<Judge>): number => new Set(judges.map(({ family }) => family)).size

export const Panel = Schema.Struct({
  judges: Schema.Array(Judge).pipe(
    Schema.minItems(2),
    Schema.maxItems(50),
    Schema.filter((judges) => new Set(judges.map(({ name }) => name)).size === judges.length || "has two judges of one name"),
    Schema.filter((judges) => familiesOf(judges) >= 2 || "needs judges of two families: models of one maker err alike")
  ),
  /** How many of them judge a duel; a seed draws them. */
  judges_per_duel: Schema.optionalWith(Schema.Int.pipe(Schema.between(2, 50)), { default: () => 3 }),
  /** The budget of all questions of a day (UTC). */
  daily_budget: MicroDollars,
  /** A judge that falls for more of the canaries than this, in percent, is not asked. */
  fall_limit: Schema.optionalWith(Schema.Int.pipe(Schema.between(0, 100)), { default: () => 20 })
})
export interface Panel extends Schema.Schema.Type<typeof Panel> {}

/** A panel as a duel shows it: all that decides who is drawn and how judges are asked, without servers, keys and prices. */
export const ShownPanel = Schema.Struct({
  judgesPerDuel: Schema.Int,
  fallLimit: Schema.Int,
  judges: Schema.Array(
    Schema.Struct({
      name: JudgeName,
      family: Family,
      model: Judge.fields.model,
      answersAs: Schema.Array(Schema.String),
      maxAnswerTokens: Schema.Int,
      answerFormat: Schema.String,
      temperature: Schema.NullOr(Schema.Number),
      takesSeed: Schema.Boolean,
      /** How many canaries its model fell for when it was measured last; null: never. It is drawn up to the panel's limit. */
      canaries: Schema.NullOr(Schema.Struct({ asked: Schema.NonNegativeInt, fell: Schema.NonNegativeInt }))
    })
  ).pipe(Schema.maxItems(50))
})
export interface ShownPanel extends Schema.Schema.Type<typeof ShownPanel> {}

const MILLION = 1_000_000

/** The price of tokens, rounded up. */
export const priceOf = (judge: Pick<Judge, "prompt_price" | "answer_price">, promptTokens: number, answerTokens: number): MicroDollars =>
  MicroDollars.make(Math.ceil((promptTokens * judge.prompt_price + answerTokens * judge.answer_price) / MILLION))
