/**
 * The owner's reason for registering an issue of a repository that did not ask: a remark on the chain, directly after the registration in the same
 * batch. So the remark is the owner's own, neither is there without the other, and every reader of the block sees both.
 */
import { Option, Schema } from "effect"

/** The most bytes of a remark. */
const MOST_BYTES = 500

const Remark = Schema.parseJson(Schema.Struct({ gittensor: Schema.Literal("without consent"), why: Schema.NonEmptyTrimmedString }))
const encode = Schema.encodeSync(Remark)
const decode = Schema.decodeUnknownOption(Remark)

export const remarkOf = (why: string): string => encode({ gittensor: "without consent", why })

/** Whether a reason's remark is short enough. */
export const fits = (why: string): boolean => Buffer.byteLength(remarkOf(why)) <= MOST_BYTES

/** The reason in a remark; none if the remark is something else. It is a stranger's text. */
export const reasonIn = (remark: Uint8Array): Option.Option<string> =>
  remark.length > MOST_BYTES ? Option.none() : Option.map(decode(Buffer.from(remark).toString("utf8")), ({ why }) => why)
