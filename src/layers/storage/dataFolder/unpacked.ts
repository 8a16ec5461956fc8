/** Decompresses text. */
import { gunzipSync } from "node:zlib"
import { Either } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"

/** The decompressed text, or why there is none. */
export const unpacked = (bytes: Uint8Array): Either.Either<string, string> =>
  Either.try({ try: () => gunzipSync(bytes).toString("utf8"), catch: messageOf })
