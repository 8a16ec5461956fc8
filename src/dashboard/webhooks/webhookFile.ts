/** The webhook configuration file. It contains no secrets, only the names of environment variables with secrets. */
import { readFile } from "node:fs/promises"
import { Config, Effect, Option, Redacted, Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { whyUnread } from "../../domain/messageOf.ts"
import { hostOf, isAddress, isPublicAddress } from "../../domain/publicAddress.ts"
import { USUAL_NEWS } from "../api/definition/sharing.ts"
import { WEBHOOK_KINDS } from "./message.ts"

/** Messages never show the URL: its path may contain a token, as with chat services. */
const Address = Schema.URL.pipe(
  Schema.filter(({ protocol }) => /^https?:$/.test(protocol)),
  Schema.annotations({ message: () => ({ message: "must be an address such as https://hooks.example/gittensor", override: true }) }),
  Schema.filter(({ username, password }) => username + password === "", {
    message: () => "must hold no user and no password: the receiver checks the signature instead"
  })
)

const isRepeated = (items: ReadonlyArray<string>): boolean => new Set(items).size < items.length

const Webhook = Schema.Struct({
  /** For logs and metrics. The engine stores a webhook's deliveries under its name. */
  name: Schema.String.pipe(
    Schema.pattern(/^[a-z0-9][a-z0-9._-]{0,62}$/, {
      message: () => "must be 1 to 63 small letters, digits, points, hyphens and underscores"
    })
  ),
  url: Address,
  /** The environment variable with the secret that signs messages. */
  secret_variable: Schema.String.pipe(
    Schema.pattern(/^[A-Z_][A-Z0-9_]*$/, {
      message: () => "must be the name of an environment variable, such as HOOK_SECRET, never the secret itself"
    })
  ),
  /** Defaults to the kinds of a feed. Votes and plays are frequent, so they have to be requested. */
  kinds: Schema.optionalWith(
    Schema.Array(Schema.Literal(...WEBHOOK_KINDS)).pipe(
      Schema.minItems(1, { message: () => `must have at least one of ${WEBHOOK_KINDS.join(", ")}` }),
      Schema.filter((kinds) => !isRepeated(kinds) || "names a kind twice")
    ),
    { default: () => USUAL_NEWS }
  ),
  /** Only news about this repository, such as acme/widgets; case does not matter. */
  repository: Schema.optional(
    Schema.String.pipe(Schema.pattern(/^[^\s/]{1,100}\/[^\s/]{1,100}$/, { message: () => "must be a repository such as acme/widgets" }))
  ),
  /** Only news about this miner. */
  hotkey: Schema.optional(AccountAddress)
})
interface Webhook extends Schema.Schema.Type<typeof Webhook> {}

const WebhookFile = Schema.Struct({
  webhooks: Schema.Array(Webhook).pipe(
    Schema.minItems(1, { message: () => "must have at least one webhook" }),
    Schema.maxItems(100, { message: () => "must have at most 100 webhooks" }),
    Schema.filter((webhooks) => !isRepeated(webhooks.map(({ name }) => name)) || "has two webhooks of one name")
  )
})

/** A webhook with its secrets. Messages are signed with each secret; the newest is the first. */
export interface ConfiguredWebhook extends Omit<Webhook, "secret_variable"> {
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

/** Minimum bytes of a secret (Standard Webhooks 1.0.0, "Signature scheme"). */
const SHORTEST_SECRET = 24
const LONGEST_SECRET = 64

const isSecret = (text: string): boolean => {
  const encoded = text.replace(/^whsec_/, "")
  const bytes = Buffer.from(encoded, "base64")
  return (
    /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && encoded.length % 4 === 0 && bytes.length >= SHORTEST_SECRET && bytes.length <= LONGEST_SECRET
  )
}

/** Removes the invalid value from a problem's text, because it may be a URL. */
const withoutValue = (problem: string): string => problem.replace(/, actual .*$/s, "")

const decode = Schema.decodeUnknown(Schema.parseJson(WebhookFile), { onExcessProperty: "error" })

/** Why a webhook's URL is not allowed, as far as that is known without resolving its host name. */
const privateAddress = (url: URL): string | undefined => {
  const advice = "for receivers in your own network use --webhooks-to-private-hosts"
  if (url.protocol !== "https:") return `must begin with https:// (${advice})`
  const host = hostOf(url)
  return isAddress(host) && !isPublicAddress(host) ? `names ${host}, which is not a public address (${advice})` : undefined
}

/** Reads the file, and its secrets from the environment. Errors name the place in the file, and never show a URL or a secret. */
export const readWebhooks = Effect.fn("readWebhooks")(function* (path: string, { toPrivateHosts }: { readonly toPrivateHosts: boolean }) {
  const unusable = (reason: string) => new InvalidInput({ message: `the webhooks of ${path} can't be used: ${reason}` })
  const text = yield* Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: (cause) => unusable(whyUnread(cause)) })
  const { webhooks } = yield* Effect.mapError(decode(text), (error) => unusable(withoutValue(problemOf(error))))
  return yield* Effect.forEach(webhooks, ({ secret_variable: variable, ...webhook }, index) =>
    Effect.gen(function* () {
      const refused = toPrivateHosts ? undefined : privateAddress(webhook.url)
      if (refused !== undefined) return yield* unusable(`webhooks[${index}].url: ${refused}`)
      const place = `webhooks[${index}].secret_variable: ${variable}`
      const secret = yield* Config.option(Config.redacted(Config.nonEmptyString(variable))).pipe(Effect.orElseSucceed(Option.none))
      if (Option.isNone(secret)) return yield* unusable(`${place} is not set; make a secret with: echo "whsec_$(openssl rand -base64 32)"`)
      const secrets = Redacted.value(secret.value)
        .split(",")
        .map((one) => one.trim())
      if (!secrets.every(isSecret))
        return yield* unusable(
          `${place} does not hold a secret of ${SHORTEST_SECRET} to ${LONGEST_SECRET} bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"`
        )
      return { ...webhook, secrets: secrets.map((one) => Redacted.make(one)) } satisfies ConfiguredWebhook
    })
  )
})
