/** Compressed text. */
import { gunzipSync } from "node:zlib"
import { Either } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"

/** The text that was compressed, or why there is none. */
export const unpacked = (bytes: Uint8Array): Either.Either<string, string> =>
  Either.try({ try: () => gunzipSync(bytes).toString("utf8"), catch: messageOf })
