/** Explains a bucket's refusal, with advice. */

import { SaxesParser } from "saxes"
import type { BucketSettings } from "./bucketSettings.ts"
import { ObjectsUnavailable } from "./ObjectStore.ts"

/** Replaces a text's character references, named or numeric. Anything else stays as it is. */
const withCharacters = (text: string): string => {
  if (!text.includes("&")) return text
  const parts: Array<string> = []
  const parser = new SaxesParser<{ xmlns: false; fragment: true; position: false }>({ xmlns: false, fragment: true, position: false })
  parser.on("error", () => undefined)
  parser.on("text", (part) => parts.push(part))
  parser.write(text).close()
  return parts.join("")
}

/** The text of the first element of a name that contains only text. */
export const elementIn = (text: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
  return found === undefined ? undefined : withCharacters(found)
}

/** A refusal: its status, headers and the beginning of its body. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** This machine's clock, in milliseconds since 1970. */
  readonly now: number
}

const LONGEST_TEXT = 300

const element = (text: string, name: string): string | undefined => elementIn(text, name)?.slice(0, LONGEST_TEXT) || undefined

/** The code of an error, such as NoSuchKey. */
export const codeOf = ({ text }: Refusal): string | undefined => element(text, "Code")

const KEY = "check GITTENSOR_S3_ACCESS_KEY_ID and GITTENSOR_S3_SECRET_ACCESS_KEY"

const clockDifference = ({ headers, now }: Refusal): string => {
  const there = Date.parse(headers.date ?? "")
  if (Number.isNaN(there)) return "this machine's clock is wrong"
  const seconds = Math.round(Math.abs(now - there) / 1_000)
  return `this machine's clock is ${seconds} s ${now > there ? "ahead" : "behind"}`
}

const explainRefusal = (refusal: Refusal, { bucket, endpoint, region }: BucketSettings): readonly [reason: string, hint: string] => {
  const { status, headers, text } = refusal
  const code = codeOf(refusal)
  const there = headers["x-amz-bucket-region"] ?? element(text, "Region")
  switch (code) {
    case "InvalidAccessKeyId":
      return ["the server does not know the access key", KEY]
    case "SignatureDoesNotMatch":
      return ["the secret key does not belong to the access key", KEY]
    case "ExpiredToken":
    case "InvalidToken":
      return ["the session token is not valid any more", "set GITTENSOR_S3_SESSION_TOKEN and its keys anew"]
    case "NoSuchBucket":
      return [`there is no bucket ${bucket} at ${endpoint}`, "make it, or name another one"]
    case "RequestTimeTooSkewed":
    case "RequestExpired":
      return [clockDifference(refusal), "set the clock, for example by NTP"]
    case "PermanentRedirect":
    case "TemporaryRedirect":
    case "AuthorizationHeaderMalformed":
    case "IllegalLocationConstraintException":
      if (there !== undefined && there !== region) return [`the bucket is in the region ${there}`, `set GITTENSOR_S3_REGION=${there}`]
      break
    case "AccessDenied":
      return [`the key may not do this in the bucket ${bucket}`, "it needs to list, read, write and delete objects"]
  }
  if (status >= 300 && status < 400)
    return [`the server redirects (${status})`, "set GITTENSOR_S3_ENDPOINT and GITTENSOR_S3_REGION to where the bucket is"]
  const said = element(text, "Message")
  return [`the server answered with ${status}${code === undefined ? "" : ` ${code}`}${said === undefined ? "" : ` (${said})`}`, ""]
}

export const refused = (where: string, operation: string, refusal: Refusal, settings: BucketSettings): ObjectsUnavailable => {
  const [reason, hint] = explainRefusal(refusal, settings)
  return new ObjectsUnavailable({ where, operation, reason, hint })
}
