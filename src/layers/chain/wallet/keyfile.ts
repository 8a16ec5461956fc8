/** The formats of Bittensor's key files: plain JSON, `$NACL` (argon2i and XSalsa20-Poly1305) and `$ANSIBLE_VAULT;1.1;AES256`. */
import { argon2, createCipheriv, createDecipheriv, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js"
import { Context, Effect, Redacted, Schema } from "effect"
import type { Scheme } from "../../../domain/KeyPair.ts"

export type Encryption = "nacl" | "ansible"

/** The encryption, recognised by the first bytes; undefined for plain JSON. */
export const encryptionOf = (bytes: Uint8Array): Encryption | undefined => {
  const start = Buffer.from(bytes.subarray(0, 32)).toString("latin1")
  if (start.startsWith(NACL_PREFIX)) return "nacl"
  return start.startsWith(ANSIBLE_PREFIX) ? "ansible" : undefined
}

const NACL_PREFIX = "$NACL"
const ANSIBLE_PREFIX = "$ANSIBLE_VAULT;1.1;AES256"

/** Wrong password, or a modified file: an authenticated cipher cannot tell which. */
export class WrongPassword extends Schema.TaggedError<WrongPassword>()("WrongPassword", {}) {
  override get message() {
    return "the password does not open it: try another one"
  }
}

/** The file does not have the format that its first bytes announce. */
export class NotAKeyfile extends Schema.TaggedError<NotAKeyfile>()("NotAKeyfile", { reason: Schema.String }) {
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

/** Encrypts a file. `nacl` takes seconds and half a gigabyte of memory. */
export const encrypt = (plain: Uint8Array, encryption: Encryption, password: Redacted.Redacted<string>): Effect.Effect<Uint8Array> =>
  encryption === "nacl" ? encryptNacl(plain, Redacted.value(password)) : encryptAnsible(plain, Redacted.value(password))

/** Decrypts a file to the bytes of its JSON. */
export const decrypt = (
  bytes: Uint8Array,
  encryption: Encryption,
  password: Redacted.Redacted<string>
): Effect.Effect<Uint8Array, WrongPassword | NotAKeyfile> =>
  encryption === "nacl" ? decryptNacl(bytes, Redacted.value(password)) : decryptAnsible(bytes, Redacted.value(password))

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
    /** Written by bittensor 11: 0 is ed25519, 1 is sr25519. Older files lack it, and older programs refuse files that have it. */
    cryptoType: absent(Schema.Literal(0, 1))
  })
)
export type KeyfileJson = typeof KeyfileJson.Type

export const schemeOf = (file: KeyfileJson): Scheme => (file.cryptoType === 0 ? "ed25519" : "sr25519")

/** A file's JSON. It names no scheme for sr25519, so that every version of Bittensor can read it. */
export const format = (file: Omit<KeyfileJson, "cryptoType">, scheme: Scheme): Uint8Array =>
  Buffer.from(JSON.stringify(scheme === "ed25519" ? { ...file, cryptoType: 0 } : file))

/** Parses a key file's JSON. The error never quotes the file, which may hold a secret. */
export const parse = (bytes: Uint8Array): Effect.Effect<KeyfileJson, NotAKeyfile> =>
  Schema.decodeUnknown(KeyfileJson)(Buffer.from(bytes).toString("utf8")).pipe(
    Effect.mapError(() => new NotAKeyfile({ reason: "it is not the JSON of a Bittensor key file" }))
  )

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
