/** The page's files inside the compiled executable, compressed by scripts/embedded.ts. */
import { Schema } from "effect"
import page from "../../../../dist/embedded/page.json.zst" with { type: "file" }

const Files = Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.String }))

/** Contents in base64, by path. */
export const files = async () => Schema.decodeSync(Files)(new TextDecoder().decode(await Bun.zstdDecompress(await Bun.file(page).bytes())))
