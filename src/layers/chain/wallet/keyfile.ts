/**
 * The formats of Bittensor's key files: JSON, or in the oldest the secret alone; plain, `$NACL` (argon2i and XSalsa20-Poly1305), `$ANSIBLE_VAULT;1.1;AES256`, or a Fernet
 * token, which is only read.
 */

import { argon2, createCipheriv, createDecipheriv, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js"
import { Context, Effect, Option, Redacted, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import type { Scheme } from "../../../domain/KeyPair.ts"

/** What new files may be encrypted with. */
export type Encryption = "nacl" | "ansible"
/** What files are found encrypted with. */
export type FoundEncryption = Encryption | "fernet"

/** The encryption, recognised by the first bytes; undefined for a plain file. */
export const encryptionOf = (bytes: Uint8Array): FoundEncryption | undefined => {
  const start = Buffer.from(bytes.subarray(0, 32)).toString("latin1")
  if (start.startsWith(NACL_PREFIX)) return "nacl"
  if (start.startsWith(FERNET_PREFIX)) return "fernet"
  return start.startsWith(ANSIBLE_PREFIX) ? "ansible" : undefined
}

const NACL_PREFIX = "$NACL"
const ANSIBLE_PREFIX = "$ANSIBLE_VAULT;1.1;AES256"
/** Base64 of the version 0x80 and of the first bytes of a time. */
const FERNET_PREFIX = "gAAAAA"

/** Wrong password, or a modified file: an authenticated cipher cannot tell which. */
export class WrongPassword extends Schema.TaggedError<WrongPassword>()("WrongPassword", {}) {
  override get message() {
    return "the password does not open it: try another one"
  }
}

/** The file does not have the format that its first bytes announce. */
export class NotAKeyfile extends Schema.TaggedError<NotAKeyfile>()("NotAKeyfile", { reason: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return this.reason
  }
}

/** libsodium's "sensitive" parameters, and the salt of all Bittensor wallets (`NACL_SALT` in btwallet). */
const ARGON2 = {
  passes: 8,
  /** Units of 1,024 bytes: 536,870,912 bytes. */
  memory: 524_288,
  parallelism: 1,
  tagLength: 32,
  nonce: Buffer.from("137183dff15a09bc9c90b5518739e9b1", "hex")
} as const
const NACL_NONCE_BYTES = 24
const POLY1305_TAG_BYTES = 16

/** argon2i off the main thread: about 4 s and, for that time, 0.5 GB. */
const argon2Key = (password: string): Effect.Effect<Uint8Array> =>
  Effect.async((resume) =>
    argon2("argon2i", { ...ARGON2, message: Buffer.from(password) }, (error, key) =>
      resume(error === null ? Effect.succeed(key) : Effect.die(error))
    )
  )

/** Derives a `$NACL` file's key from its password. A reference, so that tests can supply the keys of known passwords. */
export class NaclKey extends Context.Reference<NaclKey>()("gittensor/wallet/NaclKey", { defaultValue: () => argon2Key }) {}

const decryptNacl = (bytes: Uint8Array, password: string) =>
  Effect.gen(function* () {
    const nonce = bytes.subarray(NACL_PREFIX.length, NACL_PREFIX.length + NACL_NONCE_BYTES)
    const sealed = bytes.subarray(NACL_PREFIX.length + NACL_NONCE_BYTES)
    if (sealed.length <= POLY1305_TAG_BYTES) return yield* new NotAKeyfile({ reason: "it begins with $NACL and is cut short" })
    const key = yield* (yield* NaclKey)(password)
    return yield* Effect.try({ try: () => xsalsa20poly1305(key, nonce).decrypt(sealed), catch: () => new WrongPassword() })
  })

const encryptNacl = (plain: Uint8Array, password: string) =>
  Effect.map(
    Effect.flatMap(NaclKey, (derive) => derive(password)),
    (key) => {
      const nonce = randomBytes(NACL_NONCE_BYTES)
      return Buffer.concat([Buffer.from(NACL_PREFIX), nonce, xsalsa20poly1305(key, nonce).encrypt(plain)])
    }
  )

const ANSIBLE_ROUNDS = 10_000
const ANSIBLE_SALT_BYTES = 32
const AES_BLOCK_BYTES = 16
const derive = promisify(pbkdf2)

/** The vault's body is hexadecimal. It decodes to three lines, again in hexadecimal: salt, HMAC-SHA256, ciphertext. */
const ansibleParts = (bytes: Uint8Array) => {
  const [, ...lines] = Buffer.from(bytes).toString("latin1").split(/\r?\n/)
  const parts = Buffer.from(lines.join(""), "hex").toString("latin1").split("\n")
  const [salt, authentication, ciphertext] = parts.map((part) => Buffer.from(part, "hex"))
  return salt !== undefined && authentication?.length === 32 && ciphertext !== undefined && ciphertext.length > 0
    ? Effect.succeed({ salt, authentication, ciphertext })
    : new NotAKeyfile({ reason: "it begins with $ANSIBLE_VAULT and its body cannot be read" })
}

const decryptAnsible = (bytes: Uint8Array, password: string) =>
  Effect.gen(function* () {
    const { salt, authentication, ciphertext } = yield* ansibleParts(bytes)
    const derived = yield* Effect.promise(() => derive(password, salt, ANSIBLE_ROUNDS, 80, "sha256"))
    const expected = createHmac("sha256", derived.subarray(32, 64)).update(ciphertext).digest()
    if (!timingSafeEqual(expected, authentication)) return yield* new WrongPassword()
    const decipher = createDecipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(64, 80))
    const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()])
    const padding = padded.at(-1) ?? 0
    return new Uint8Array(padded.subarray(0, padded.length - padding))
  })

const encryptAnsible = (plain: Uint8Array, password: string) =>
  Effect.gen(function* () {
    const salt = randomBytes(ANSIBLE_SALT_BYTES)
    const derived = yield* Effect.promise(() => derive(password, salt, ANSIBLE_ROUNDS, 80, "sha256"))
    const padding = AES_BLOCK_BYTES - (plain.length % AES_BLOCK_BYTES)
    const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(64, 80))
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()])
    const authentication = createHmac("sha256", derived.subarray(32, 64)).update(ciphertext).digest()
    const parts = [salt, authentication, ciphertext].map((part) => part.toString("hex")).join("\n")
    const lines =
      Buffer.from(parts)
        .toString("hex")
        .match(/.{1,80}/g) ?? []
    return Buffer.from(`${[ANSIBLE_PREFIX, ...lines].join("\n")}\n`)
  })

/** The salt and rounds of Bittensor's first wallets (`LEGACY_SALT` in bittensor-wallet). The rounds take a core some seconds. */
const FERNET_SALT = "Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins"
const FERNET_ROUNDS = 10_000_000

/** A token is, in base64url: 0x80, a time of 8 bytes, 16 bytes for AES-CBC, the ciphertext, and the HMAC-SHA256 of all that (github.com/fernet/spec). */
const decryptFernet = (bytes: Uint8Array, password: string) =>
  Effect.gen(function* () {
    const token = Buffer.from(Buffer.from(bytes).toString("latin1").trim(), "base64url")
    const [signed, authentication] = [token.subarray(0, -32), token.subarray(-32)]
    const ciphertext = signed.subarray(25)
    if (ciphertext.length === 0 || ciphertext.length % AES_BLOCK_BYTES !== 0)
      return yield* new NotAKeyfile({ reason: "it begins like a Fernet token and is cut short" })
    const derived = yield* Effect.promise(() => derive(password, FERNET_SALT, FERNET_ROUNDS, 32, "sha256"))
    const expected = createHmac("sha256", derived.subarray(0, 16)).update(signed).digest()
    if (!timingSafeEqual(expected, authentication)) return yield* new WrongPassword()
    const decipher = createDecipheriv("aes-128-cbc", derived.subarray(16), signed.subarray(9, 25))
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  })

/** Encrypts a file. `nacl` takes seconds and half a gigabyte of memory. */
export const encrypt = (plain: Uint8Array, encryption: Encryption, password: Redacted.Redacted<string>): Effect.Effect<Uint8Array> =>
  encryption === "nacl" ? encryptNacl(plain, Redacted.value(password)) : encryptAnsible(plain, Redacted.value(password))

/** Decrypts a file to the bytes of its JSON. */
export const decrypt = (
  bytes: Uint8Array,
  encryption: FoundEncryption,
  password: Redacted.Redacted<string>
): Effect.Effect<Uint8Array, WrongPassword | NotAKeyfile> => {
  const by = { nacl: decryptNacl, ansible: decryptAnsible, fernet: decryptFernet }[encryption]
  return by(bytes, Redacted.value(password))
}

const hex = (bytes: number) => Schema.String.pipe(Schema.pattern(new RegExp(`^(?:0x)?[0-9a-fA-F]{${bytes * 2}}$`)))
const absent = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { nullable: true, exact: true })

/** A key file's JSON, with its keys in any order. Public files have no secret. */
const KeyfileJson = Schema.parseJson(
  Schema.Struct({
    accountId: absent(hex(32)),
    publicKey: absent(hex(32)),
    ss58Address: absent(Schema.String),
    secretPhrase: absent(Schema.String),
    secretSeed: absent(hex(32)),
    /** 64 bytes for sr25519, 32 for ed25519. */
    privateKey: absent(Schema.Union(hex(64), hex(32))),
    /** Written by bittensor 11: 0 is ed25519, 1 is sr25519; some tools write a text. Older files lack it, and older programs refuse files that have it. */
    cryptoType: absent(Schema.Union(Schema.Literal(0, 1), Schema.compose(Schema.NumberFromString, Schema.Literal(0, 1))))
  })
)
export type KeyfileJson = typeof KeyfileJson.Type

/** The content of the oldest files: a seed or private key in hexadecimal, or a phrase, alone. */
const bareSecret = (text: string): KeyfileJson | undefined => {
  const bare = text.trim()
  const digits = /^(?:0x)?([0-9a-fA-F]+)$/.exec(bare)?.[1]?.length
  if (digits === 64) return { secretSeed: bare }
  if (digits === 128) return { privateKey: bare }
  return /^(?:[a-z]+ ){11,23}[a-z]+$/.test(bare) ? { secretPhrase: bare } : undefined
}

/** Whether a text is polkadot.js's export of an account, which has a form of its own. */
const isExport = (text: string): boolean =>
  Option.isSome(Schema.decodeOption(Schema.parseJson(Schema.Struct({ encoded: Schema.String, encoding: Schema.Unknown })))(text))

export const schemeOf = (file: KeyfileJson): Scheme => (file.cryptoType === 0 ? "ed25519" : "sr25519")

/** A file's JSON. It names no scheme for sr25519, so that every version of Bittensor can read it. */
export const format = (file: Omit<KeyfileJson, "cryptoType">, scheme: Scheme): Uint8Array =>
  Buffer.from(JSON.stringify(scheme === "ed25519" ? { ...file, cryptoType: 0 } : file))

/** Parses a key file's content. The error never quotes the file, which may hold a secret. */
export const parse = (bytes: Uint8Array): Effect.Effect<KeyfileJson, NotAKeyfile> => {
  const text = Buffer.from(bytes).toString("utf8")
  const bare = bareSecret(text)
  if (bare !== undefined) return Effect.succeed(bare)
  if (isExport(text))
    return new NotAKeyfile({ reason: 'it is an export of polkadot.js or of an app: give its phrase to "gittensor wallet regenerate"' })
  return Schema.decodeUnknown(KeyfileJson)(text).pipe(
    Effect.mapError(() => new NotAKeyfile({ reason: "it is not the JSON of a Bittensor key file" }))
  )
}

export type Secret =
  | { readonly _tag: "Phrase"; readonly phrase: Redacted.Redacted<string> }
  | { readonly _tag: "Seed"; readonly seed: Redacted.Redacted<Uint8Array> }
  | { readonly _tag: "PrivateKey"; readonly privateKey: Redacted.Redacted<Uint8Array> }

export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/^0x/, ""), "hex"))

/** The strongest secret that the file holds: phrase, else seed, else private key. */
export const secretOf = (file: KeyfileJson): Secret | undefined => {
  if (file.secretPhrase) return { _tag: "Phrase", phrase: Redacted.make(file.secretPhrase) }
  if (file.secretSeed) return { _tag: "Seed", seed: Redacted.make(fromHex(file.secretSeed)) }
  if (file.privateKey) return { _tag: "PrivateKey", privateKey: Redacted.make(fromHex(file.privateKey)) }
  return undefined
}

/** The environment variable that may hold this file's password: `BT_PW_` and the path in upper case, with `/` and `.` as `_`. */
export const passwordVariable = (path: string): string => `BT_PW_${path.replaceAll(/[/.]/g, "_").toUpperCase()}`

/** Decodes such a variable: base64 of the password XORed with the variable's name. */
export const passwordFromVariable = (name: string, value: string): string => {
  const key = Buffer.from(name)
  return Buffer.from(value, "base64")
    .map((byte, index) => byte ^ (key[index % key.length] ?? 0))
    .toString()
}
