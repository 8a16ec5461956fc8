/**
 * The key by which a worker or a validator proves to the others who it is: an ECDSA key on P-256 and its self-signed certificate, in one PEM file. Others
 * know it by the certificate's SHA-256 fingerprint, as openssl prints it. There is no authority, and no name to check.
 */
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, verify, X509Certificate } from "node:crypto"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { Config, type ConfigError, Effect, Option, Redacted, Schema } from "effect"
import { InvalidInput } from "../../../domain/failures.ts"
import { messageOf } from "../../../domain/messageOf.ts"

export interface WorkKey {
  /** The whole file. */
  readonly pem: Redacted.Redacted<string>
  /** 64 lower-case hexadecimal digits. */
  readonly fingerprint: string
}

/** This process's key, and whom it exchanges work with. */
export interface WorkKeys extends WorkKey {
  readonly peers: ReadonlySet<string>
}

const unusableWorkKey = (file: string, reason: string) =>
  new InvalidInput({
    message: `the key of work ${file} cannot be used (${reason}): gittensor work --enrol makes one, and GITTENSOR_WORK_KEY names its file`
  })

export const unusableWorkPeers = (reason: string) =>
  new InvalidInput({
    message: `${reason}: set GITTENSOR_WORK_KEY to the file of this machine's key, and GITTENSOR_WORK_PEERS to the fingerprints of the others' certificates, separated by commas, as gittensor work --enrol prints them`
  })

/** DER (X.690): a tag, the length, the content. */
const der = (tag: number, ...content: ReadonlyArray<Uint8Array>): Buffer => {
  const bytes = Buffer.concat(content)
  const length =
    bytes.length < 128 ? [bytes.length] : bytes.length < 256 ? [0x81, bytes.length] : [0x82, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.of(tag, ...length), bytes])
}

const [INTEGER, BITS, UTF8, SEQUENCE, SET] = [0x02, 0x03, 0x0c, 0x30, 0x31]
const ECDSA_WITH_SHA256 = der(SEQUENCE, Buffer.from("06082a8648ce3d040302", "hex"))
const NAME = der(SEQUENCE, der(SET, der(SEQUENCE, Buffer.from("0603550403", "hex"), der(UTF8, Buffer.from("gittensor work")))))
/** From 2025 on, without an end (RFC 5280, 4.1.2.5): who leaves the list of peers is out. */
const CERTIFICATE_VALIDITY = der(SEQUENCE, der(0x17, Buffer.from("250101000000Z")), der(0x18, Buffer.from("99991231235959Z")))

/** A new key with its certificate of version 1 (RFC 5280, 4.1), as PEM. */
const newPem = (): Redacted.Redacted<string> => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const serial = der(INTEGER, Buffer.of(1), randomBytes(8))
  const signed = der(
    SEQUENCE,
    serial,
    ECDSA_WITH_SHA256,
    NAME,
    CERTIFICATE_VALIDITY,
    NAME,
    publicKey.export({ type: "spki", format: "der" })
  )
  const signature = der(BITS, Buffer.of(0), sign("sha256", signed, privateKey))
  const certificate = new X509Certificate(der(SEQUENCE, signed, ECDSA_WITH_SHA256, signature))
  return Redacted.make(`${privateKey.export({ type: "pkcs8", format: "pem" })}${certificate.toString().trimEnd()}\n`)
}

/** A certificate's fingerprint, from Node's form AB:CD:… */
export const fingerprintIn = (fingerprint256: string): string => fingerprint256.replaceAll(":", "").toLowerCase()

const keyIn = (file: string) =>
  Effect.tryPromise({
    try: async (): Promise<WorkKey> => {
      const pem = await readFile(file, "utf8")
      const certificate = new X509Certificate(pem)
      if (!certificate.checkPrivateKey(createPrivateKey(pem))) throw new Error("its certificate is another key's")
      return { pem: Redacted.make(pem), fingerprint: fingerprintIn(certificate.fingerprint256) }
    },
    catch: (cause) => unusableWorkKey(file, messageOf(cause))
  })

/** The key in a file. Makes one, which only this user may read, where there is none. */
export const enrolledKey = (file: string): Effect.Effect<WorkKey, InvalidInput> =>
  Effect.tryPromise({
    try: async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, Redacted.value(newPem()), { flag: "wx", mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== "EEXIST") throw cause
      })
    },
    catch: (cause) => unusableWorkKey(file, messageOf(cause))
  }).pipe(Effect.zipRight(keyIn(file)))

export const keyFile = Config.option(Config.nonEmptyString("GITTENSOR_WORK_KEY"))

/** The key and the peers of the configuration; none if it names neither. */
export const workKeys: Effect.Effect<Option.Option<WorkKeys>, ConfigError.ConfigError | InvalidInput> = Effect.gen(function* () {
  const file = yield* keyFile
  const named = yield* Config.option(Config.nonEmptyString("GITTENSOR_WORK_PEERS"))
  if (Option.isNone(file) && Option.isNone(named)) return Option.none()
  if (Option.isNone(file)) return yield* unusableWorkPeers("GITTENSOR_WORK_PEERS is set without a key")
  if (Option.isNone(named)) return yield* unusableWorkPeers("GITTENSOR_WORK_KEY is set without peers")
  const peers = named.value.split(",").map((one) => fingerprintIn(one.trim()))
  const wrong = peers.find((one) => !/^[0-9a-f]{64}$/.test(one))
  if (wrong !== undefined) return yield* unusableWorkPeers(`"${wrong.slice(0, 80)}" in GITTENSOR_WORK_PEERS is no SHA-256 fingerprint`)
  return Option.some({ ...(yield* keyIn(file.value)), peers: new Set(peers) })
})

/** A key's signature of a text: ECDSA over its SHA-256, and the key's certificate (DER), in base64. */
export const WorkSignature = Schema.Struct({
  certificate: Schema.String.pipe(Schema.maxLength(2_000)),
  signature: Schema.String.pipe(Schema.maxLength(200))
})
export interface WorkSignature extends Schema.Schema.Type<typeof WorkSignature> {}

export const signText = ({ pem }: WorkKey, text: string): WorkSignature => {
  const key = Redacted.value(pem)
  return {
    certificate: new X509Certificate(key).raw.toString("base64"),
    signature: sign("sha256", Buffer.from(text), key).toString("base64")
  }
}

/** Whether one of the listed peers signed a text. */
export const isSignedByPeer = ({ peers }: WorkKeys, text: string, { certificate, signature }: WorkSignature): boolean => {
  try {
    const bytes = Buffer.from(certificate, "base64")
    // Only a listed certificate is parsed, whoever wrote into the database.
    if (!peers.has(createHash("sha256").update(bytes).digest("hex"))) return false
    return verify("sha256", Buffer.from(text), new X509Certificate(bytes).publicKey, Buffer.from(signature, "base64"))
  } catch {
    return false
  }
}
