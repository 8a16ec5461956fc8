import { Effect } from "effect"
import "./subtensor.ts"
// Bun turns this into the file's path, and embeds the file in a compiled executable.
import artifact from "../../../contracts/devnet-runtime/artifact/devnet-runtime.wasm.gz" with { type: "file" }

/** The WebAssembly of the runtime in contracts/devnet-runtime. Takes about 10 ms. */
export const devRuntime: Effect.Effect<Uint8Array> = Effect.promise(async () => Bun.gunzipSync(await Bun.file(artifact).bytes()))
