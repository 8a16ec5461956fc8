import { Effect } from "effect"
// Bun makes this the file's address, and puts the file into a compiled executable.
import artifact from "../../../contracts/devnet-runtime/artifact/devnet-runtime.wasm.gz" with { type: "file" }

/** The WebAssembly of the runtime in contracts/devnet-runtime. About 10 ms. */
export const devRuntime: Effect.Effect<Uint8Array> = Effect.promise(async () => Bun.gunzipSync(await Bun.file(artifact).bytes()))
