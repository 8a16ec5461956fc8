/**
 * Authentication of requests between neurons: Bittensor's dendrite → axon protocol over HTTP, and its successor btauth/1.
 *
 * Stricter than bittensor 10: it refuses requests that are unsigned, dated more than 30 s ahead, or whose body is not the signed one. A caller's
 * timeout counts for at most 60 s. Our own synapses hash every field.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { sha3_256 } from "@noble/hashes/sha3.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Data, Either, Option, Schema } from "effect"
import { AccountAddress, decodeAddress } from "../../../../domain/Account.ts"
import type { KeyPair, Scheme } from "../../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../../domain/Metagraph.ts"
import { Signature, schemeOf, verifyText } from "../../../../domain/Signature.ts"
import { type PythonValue, str, toJson } from "./python.ts"

/** The version number that bittensor 10.3.1 sends: (10 × 1000 + 3) × 1000 + 1. */
const VERSION = "10003001"

const SECOND = 1_000_000_000n
/** How late a nonce may be beyond the caller's timeout, in nanoseconds: bittensor's `ALLOWED_DELTA` (bittensor/utils/axon_utils.py). */
const ALLOWED_DELAY = 4n * SECOND
/** How far a nonce may be ahead of our clock, in nanoseconds. */
const ALLOWED_LEAD = 30n * SECOND
/** The cap on a caller's timeout, in seconds. */
const MAX_TIMEOUT = 60
/** The oldest btauth/1 nonce, in nanoseconds. */
const BTAUTH_MAX_AGE = 10n * SECOND
/** Nanoseconds after which any nonce is stale, whatever its protocol and timeout. */
export const NONCE_LIFETIME = ALLOWED_DELAY + BigInt(MAX_TIMEOUT) * SECOND

const utf8 = new TextEncoder()
const sha3 = (text: string): string => bytesToHex(sha3_256(utf8.encode(text)))

/** sha3-256 of the concatenated sha3-256 of each hashed field's Python text; all in hexadecimal. */
export const bodyHash = (fields: ReadonlyArray<PythonValue>): string => sha3(fields.map((field) => sha3(str(field))).join(""))

/** A float as Python prints it: 12 is "12.0". */
const secondsText = (seconds: number): string => str(seconds)

export interface OutgoingRequest {
  readonly synapse: string
  /** The fields in the order of the synapse's definition. */
  readonly fields: ReadonlyArray<readonly [name: string, value: PythonValue]>
  /** The values that the body hash covers. Default: all. */
  readonly hashed?: ReadonlyArray<PythonValue>
  readonly from: KeyPair
  readonly fromIp: string
  readonly to: AxonTarget
  /** Nanoseconds since 1970. Must rise within one uuid. */
  readonly nonce: bigint
  readonly uuid: string
  readonly timeoutSeconds: number
}

const emptyOf = (value: PythonValue): string => {
  if (typeof value === "string") return '""'
  if (Array.isArray(value)) return "[]"
  if (typeof value === "bigint") return "0"
  if (typeof value === "number") return "0.0"
  return typeof value === "boolean" ? "false" : "{}"
}

/** The text that a dendrite signs. */
const signedMessage = (nonce: string, dendrite: string, axon: string, uuid: string, hash: string): string =>
  `${nonce}.${dendrite}.${axon}.${uuid}.${hash}`

/**
 * A request's signed headers and its body. The body repeats sender and receiver: an axon of bittensor 10 verifies the headers, but its functions
 * look for the sender in the body.
 */
export const signedRequest = (request: OutgoingRequest): { readonly headers: Record<string, string>; readonly body: string } => {
  const { from, to, uuid } = request
  const nonce = request.nonce.toString()
  const hash = bodyHash(request.hashed ?? request.fields.map(([, value]) => value))
  const inputs = request.fields.map(([name, value]) => [`bt_header_input_obj_${name}`, Buffer.from(emptyOf(value)).toString("base64")])
  const signature = from.signText(signedMessage(nonce, from.address, to.hotkey, uuid, hash))
  const headers = {
    name: request.synapse,
    timeout: secondsText(request.timeoutSeconds),
    bt_header_axon_ip: to.ip,
    bt_header_axon_port: to.port.toString(),
    bt_header_axon_hotkey: to.hotkey,
    bt_header_dendrite_ip: request.fromIp,
    bt_header_dendrite_version: VERSION,
    bt_header_dendrite_nonce: nonce,
    bt_header_dendrite_uuid: uuid,
    bt_header_dendrite_hotkey: from.address,
    bt_header_dendrite_signature: signature,
    ...Object.fromEntries(inputs),
    header_size: "0",
    total_size: "0",
    computed_body_hash: hash,
    "content-type": "application/json"
  }
  const dendrite = { ip: request.fromIp, version: BigInt(VERSION), nonce: request.nonce, uuid, hotkey: from.address, signature }
  const axon = { ip: to.ip, port: BigInt(to.port), hotkey: to.hotkey }
  const fields = Object.fromEntries(request.fields)
  const body = toJson({ name: request.synapse, timeout: request.timeoutSeconds, dendrite, axon, ...fields })
  return { headers, body }
}

/** The request does not prove its sender, receiver or time. Answered with 401. */
export class NotVerified extends Data.TaggedError("NotVerified")<{ readonly reason: string }> {
  override get message() {
    return `Not Verified with error: ${this.reason}`
  }
}
const notVerified = (reason: string) => Either.left(new NotVerified({ reason }))

/** The claims of a request's headers, before the signature and the body are checked. */
export interface Credentials {
  readonly protocol: "dendrite" | "btauth"
  readonly hotkey: AccountAddress
  readonly receiver: AccountAddress
  readonly nonce: bigint
  /** Nonces under one key must rise. btauth/1 only forbids reuse, so each of its nonces is its own key. */
  readonly nonceKey: string
  readonly uuid: string
  readonly signature: Signature
  /** The hash of the synapse's fields that the dendrite signed; "" for btauth/1. */
  readonly fieldsHash: string
}

export type HeaderLookup = (name: string) => string | undefined

export interface Receiver {
  readonly hotkey: AccountAddress
  /** Our clock, in nanoseconds since 1970. */
  readonly now: bigint
}

const addressOf = (text: string): AccountAddress | undefined => (Option.isSome(decodeAddress(text)) ? AccountAddress.make(text) : undefined)
const isSignature = Schema.is(Signature)
const NONCE = /^[1-9]\d{0,19}$/

const inSeconds = (nanoseconds: bigint): string => (Number(nanoseconds) / 1e9).toFixed(2)

const checkTime = (nonce: bigint, now: bigint, allowedAge: bigint): Either.Either<void, NotVerified> => {
  if (nonce < now - allowedAge)
    return notVerified(
      `Nonce is too old: acceptable delta is ${inSeconds(allowedAge)} seconds but request was ${inSeconds(now - nonce)} seconds old`
    )
  if (nonce > now + ALLOWED_LEAD) return notVerified(`Nonce is ${inSeconds(nonce - now)} seconds in the future: set your clock`)
  return Either.void
}

const identify = (
  receiver: Receiver,
  claim: { hotkey: string | undefined; receiver: string | undefined; nonce: string | undefined; signature: string | undefined }
) =>
  Either.gen(function* () {
    if (claim.nonce === undefined) return yield* notVerified("Missing Nonce")
    if (!NONCE.test(claim.nonce)) return yield* notVerified("Nonce is not a number of nanoseconds")
    if (claim.signature === undefined) return yield* notVerified("Missing Signature")
    if (!isSignature(claim.signature)) return yield* notVerified("Signature is not 0x and 128 hexadecimal digits")
    const hotkey = addressOf(claim.hotkey ?? "")
    if (hotkey === undefined) return yield* notVerified("Missing or malformed hotkey of the sender")
    if (claim.receiver !== receiver.hotkey)
      return yield* notVerified(`The request is for ${claim.receiver ?? "nobody"}, not for ${receiver.hotkey}`)
    return { hotkey, receiver: receiver.hotkey, nonce: BigInt(claim.nonce), signature: claim.signature }
  })

const dendriteCredentials = (header: HeaderLookup, receiver: Receiver): Either.Either<Credentials, NotVerified> =>
  Either.gen(function* () {
    const claim = yield* identify(receiver, {
      hotkey: header("bt_header_dendrite_hotkey"),
      receiver: header("bt_header_axon_hotkey"),
      nonce: header("bt_header_dendrite_nonce"),
      signature: header("bt_header_dendrite_signature")
    })
    const uuid = header("bt_header_dendrite_uuid") ?? ""
    if (uuid === "" || uuid.length > 128) return yield* notVerified("Missing UUID")
    const fieldsHash = header("computed_body_hash") ?? ""
    if (!/^[0-9a-f]{64}$/.test(fieldsHash)) return yield* notVerified("Missing body hash")
    const asked = Number(header("timeout") ?? "12.0")
    const timeout = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), MAX_TIMEOUT) : 0
    yield* checkTime(claim.nonce, receiver.now, ALLOWED_DELAY + BigInt(Math.round(timeout * 1e9)))
    return { ...claim, protocol: "dendrite" as const, nonceKey: `${claim.hotkey}:${uuid}`, uuid, fieldsHash }
  })

const btauthCredentials = (header: HeaderLookup, receiver: Receiver): Either.Either<Credentials, NotVerified> =>
  Either.gen(function* () {
    if (header("x-bittensor-version") !== "1") return yield* notVerified("X-Bittensor-Version is not 1")
    const scheme = header("x-bittensor-crypto") ?? "sr25519"
    if (scheme !== "sr25519" && scheme !== "ed25519") return yield* notVerified("X-Bittensor-Crypto is neither sr25519 nor ed25519")
    const claim = yield* identify(receiver, {
      hotkey: header("x-bittensor-hotkey"),
      receiver: header("x-bittensor-receiver"),
      nonce: header("x-bittensor-nonce"),
      signature: header("x-bittensor-signature")
    })
    if (schemeOf(claim.signature) !== scheme) return yield* notVerified(`The signature is not ${scheme}`)
    yield* checkTime(claim.nonce, receiver.now, BTAUTH_MAX_AGE)
    return { ...claim, protocol: "btauth" as const, nonceKey: `${claim.hotkey}:btauth/1:${claim.nonce}`, uuid: "", fieldsHash: "" }
  })

/** Reads the credentials of either protocol. Refuses all that can be refused without a check of the signature. */
export const credentialsOf = (header: HeaderLookup, receiver: Receiver): Either.Either<Credentials, NotVerified> =>
  header("x-bittensor-version") === undefined ? dendriteCredentials(header, receiver) : btauthCredentials(header, receiver)

/** The text that btauth/1 signs. It covers the method, the path with its query, and the raw body. */
export const btauthMessage = (request: {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
  readonly nonce: bigint
  readonly sender: string
  readonly receiver: string
  readonly scheme: Scheme
}): string =>
  [
    "btauth/1",
    request.scheme,
    request.method.toUpperCase(),
    request.path,
    bytesToHex(sha256(request.body)),
    request.nonce.toString(),
    request.sender,
    request.receiver
  ].join("\n")

/** Checks that the claimed sender signed this request. A dendrite signs only a hash of the body, so `checkBody` must follow. */
export const checkSignature = (
  credentials: Credentials,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array }
): Either.Either<void, NotVerified> => {
  const message =
    credentials.protocol === "btauth"
      ? btauthMessage({
          ...request,
          nonce: credentials.nonce,
          sender: credentials.hotkey,
          receiver: credentials.receiver,
          scheme: schemeOf(credentials.signature)
        })
      : signedMessage(credentials.nonce.toString(), credentials.hotkey, credentials.receiver, credentials.uuid, credentials.fieldsHash)
  return verifyText(message, credentials.signature, credentials.hotkey) ? Either.void : notVerified("Signature mismatch")
}

/** Checks that the fields are the signed ones. */
export const checkBody = (credentials: Credentials, fields: ReadonlyArray<PythonValue>): Either.Either<void, NotVerified> =>
  credentials.protocol === "btauth" || bodyHash(fields) === credentials.fieldsHash
    ? Either.void
    : notVerified("The body is not the one that was signed")

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 512)

/** The headers that a dendrite of bittensor 10 reads from an answer. `seconds`: how long the work took. */
export const responseHeaders = (answer: {
  readonly synapse: string
  readonly status: number
  readonly message: string
  readonly seconds: number
}): Record<string, string> => ({
  name: printable(answer.synapse),
  bt_header_axon_status_code: answer.status.toString(),
  bt_header_axon_status_message: printable(answer.message),
  bt_header_axon_process_time: answer.seconds.toString()
})
