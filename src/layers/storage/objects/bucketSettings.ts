/** Settings of a bucket and its key. The key comes from the environment; an address such as `s3://bucket/prefix` never contains it. */
import { Config, Effect, Either, Option, type Redacted } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { isKey } from "./ObjectStore.ts"

export interface BucketSettings {
  readonly bucket: string
  /** The prefix of all keys: "" or a path without slashes at its ends. */
  readonly prefix: string
  /** The server's address, without the bucket. */
  readonly endpoint: string
  readonly region: string
  /** Whether the bucket is a part of the path, or of the host's name. */
  readonly style: "path" | "virtual-host"
  readonly accessKeyId: Redacted.Redacted<string>
  readonly secretAccessKey: Redacted.Redacted<string>
  /** The token of temporary keys, which are valid for some hours. */
  readonly sessionToken: Option.Option<Redacted.Redacted<string>>
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

export const isBucketAddress = (text: string): boolean => /^s3:/i.test(text)

/** Reads `s3://bucket/prefix`. */
const parseBucketAddress = (text: string): Either.Either<{ readonly bucket: string; readonly prefix: string }, OperationFailed> => {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]*)(?:\/(.*))?$/.exec(text) ?? []
  const prefix = path.replace(/\/$/, "")
  if (!BUCKET.test(bucket))
    return Either.left(new OperationFailed({ message: `"${text}" is not the address of a bucket: write it like s3://bucket/prefix` }))
  if (prefix !== "" && !isKey(prefix))
    return Either.left(
      new OperationFailed({
        message: `"${text}" has a prefix that can't be used: only letters, digits, ".", "_", "-" and "/" may be in it`
      })
    )
  return Either.right({ bucket, prefix })
}

const secret = (name: string) => Config.redacted(Config.nonEmptyString(name))

const config = Config.all({
  endpoint: Config.option(Config.nonEmptyString("GITTENSOR_S3_ENDPOINT")),
  region: Config.withDefault(Config.nonEmptyString("GITTENSOR_S3_REGION"), "us-east-1"),
  style: Config.option(Config.literal("path", "virtual-host")("GITTENSOR_S3_STYLE")),
  accessKeyId: secret("GITTENSOR_S3_ACCESS_KEY_ID"),
  secretAccessKey: secret("GITTENSOR_S3_SECRET_ACCESS_KEY"),
  sessionToken: Config.option(secret("GITTENSOR_S3_SESSION_TOKEN"))
})

const isEndpoint = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.pathname === "/"
}

/** The settings of the bucket at an address. A server other than Amazon's usually expects the bucket in the path, which is the default there. */
export const bucketSettings = (address: string) =>
  Effect.gen(function* () {
    const { bucket, prefix } = yield* parseBucketAddress(address)
    const { endpoint, style, region, ...keys } = yield* config
    if (Option.isSome(endpoint) && !isEndpoint(endpoint.value))
      return yield* new OperationFailed({
        message: `GITTENSOR_S3_ENDPOINT "${endpoint.value}" is not an address of a server: write it like https://storage.example.com`
      })
    const settings: BucketSettings = {
      bucket,
      prefix,
      region,
      endpoint: Option.getOrElse(endpoint, () => `https://s3.${region}.amazonaws.com`).replace(/\/$/, ""),
      style: Option.getOrElse(style, () => (Option.isSome(endpoint) ? "path" : "virtual-host")),
      ...keys
    }
    return settings
  })
